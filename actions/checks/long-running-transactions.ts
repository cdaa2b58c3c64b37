import type { UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';
import { isOwnConnection, killCommand } from './processes';
import { number, select, text } from './queries';

/** LEFT JOIN: a prepared XA transaction has no thread any more, thread id 0 (tried); xaPrepared reports it. */
const TRANSACTIONS = select(
  'open-transactions',
  `SELECT t.trx_mysql_thread_id AS pid, t.trx_state AS state, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS age_seconds,
  t.trx_rows_modified AS rows_modified, p.user AS user_name, p.command AS command, p.time AS time_seconds
FROM information_schema.innodb_trx t LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
WHERE t.trx_mysql_thread_id <> 0 ORDER BY t.trx_started`,
);

export const longRunningTransactions: UpgradeCheck = {
  id: 'longRunningTransactions',
  title: 'Long-running and idle transactions',
  group: 'operational',
  severity: 'warning',
  whyItMatters:
    "An open transaction, even one that only reads, holds metadata locks. Aurora's prechecks wait behind them, so that an upgrade seems to hang; and a long transaction is replicated only when it ends, so that green falls behind.",
  documentation: AURORA_MAJOR_UPGRADE,
  needs: 'PROCESS',
  queries: [TRANSACTIONS],
  appliesTo: () => true,
  async run(context) {
    const { transactionAgeSeconds, idleInTransactionSeconds } = context.thresholds;
    return (await context.read(TRANSACTIONS)).flatMap((row) => {
      const connectionId = number(row, 'pid');
      if (isOwnConnection(context, connectionId)) return [];
      const age = number(row, 'age_seconds');
      const idle = text(row, 'command') === 'Sleep' ? number(row, 'time_seconds') : 0;
      if (age < transactionAgeSeconds && idle < idleInTransactionSeconds) return [];
      const idling = idle > 0 ? `, idle for ${idle} s` : '';
      return [
        {
          level: 'warning',
          object: `connection ${connectionId}`,
          description: `A transaction of ${text(row, 'user_name')} has been open for ${age} s${idling}; it has changed ${number(row, 'rows_modified')} rows.`,
          cure: `Let it commit or roll back; or: ${killCommand(context, connectionId)} (undoing a large write takes longer than it has run)`,
        },
      ];
    });
  },
};
