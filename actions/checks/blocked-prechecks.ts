import type { UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';
import { isOwnConnection, killCommand, PROCESS_GUARD, requireProcessPrivilege } from './processes';
import { number, select, text } from './queries';

const STUCK = select(
  'stuck-prechecks',
  `SELECT id AS pid, time AS time_seconds, state AS state FROM information_schema.processlist
WHERE user = 'rdsadmin' AND state IN ('Waiting for table flush', 'Waiting for table metadata lock')`,
);

/**
 * Metadata locks themselves are not visible: their instrument is off by default on 5.7. Whoever has a transaction open, or runs a
 * statement, for longer than rdsadmin has been waiting can be the one that it waits for.
 */
const TRANSACTIONS = select(
  'possible-blockers',
  `SELECT p.id AS pid, p.user AS user_name, p.command AS command,
  GREATEST(COALESCE(MAX(TIMESTAMPDIFF(SECOND, t.trx_started, NOW())), 0), IF(p.command = 'Query', p.time, 0)) AS age_seconds
FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
WHERE p.user NOT IN ('rdsadmin', 'event_scheduler', 'system user') AND (t.trx_id IS NOT NULL OR p.command = 'Query')
GROUP BY p.id, p.user, p.command, p.time ORDER BY age_seconds DESC`,
);

export const blockedPrechecks: UpgradeCheck = {
  id: 'blockedPrechecks',
  title: "RDS's own statements wait for a lock",
  group: 'operational',
  severity: 'warning',
  whyItMatters:
    "RDS's account rdsadmin runs FLUSH LOCAL TABLES and CHECK TABLE before an upgrade. When they wait for a lock the upgrade seems to hang, and everybody who needs those tables queues up behind them.",
  documentation: AURORA_MAJOR_UPGRADE,
  needs: 'PROCESS',
  queries: [PROCESS_GUARD, STUCK, TRANSACTIONS],
  appliesTo: () => true,
  async run(context) {
    await requireProcessPrivilege(context);
    const stuck = await context.read(STUCK);
    if (stuck.length === 0) return [];
    const others = (await context.read(TRANSACTIONS)).filter((row) => !isOwnConnection(context, number(row, 'pid')));
    return stuck.map((row) => {
      const waiting = number(row, 'time_seconds');
      const blockers = others.filter((other) => number(other, 'age_seconds') >= waiting);
      const names = blockers.map((other) => `connection ${number(other, 'pid')} of ${text(other, 'user_name')}`);
      return {
        level: 'warning',
        object: `connection ${number(row, 'pid')}`,
        description: `rdsadmin has been waiting for ${waiting} s: ${text(row, 'state')}. Older than that: ${names.join(', ') || 'nothing that can be seen'}.`,
        cure:
          blockers.length === 0
            ? 'Look again: what it waits for may have ended.'
            : `Let these end; or: ${blockers.map((other) => killCommand(context, number(other, 'pid'))).join(' ')}`,
      };
    });
  },
};
