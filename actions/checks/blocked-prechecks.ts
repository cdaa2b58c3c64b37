import type { UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';
import { PROCESS_GUARD, requireProcessPrivilege } from './processes';
import { number, select, text } from './queries';

const STUCK = select(
  'stuck-prechecks',
  `SELECT id AS pid, time AS time_seconds, state AS state FROM information_schema.processlist
WHERE user = 'rdsadmin' AND state IN ('Waiting for table flush', 'Waiting for table metadata lock')`,
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
  queries: [PROCESS_GUARD, STUCK],
  appliesTo: () => true,
  async run(context) {
    await requireProcessPrivilege(context);
    return (await context.read(STUCK)).map((row) => ({
      level: 'warning',
      object: `connection ${number(row, 'pid')}`,
      description: `rdsadmin has been waiting for ${number(row, 'time_seconds')} s: ${text(row, 'state')}.`,
      cure: 'End the transactions that longRunningTransactions names.',
    }));
  },
};
