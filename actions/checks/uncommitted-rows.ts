import type { UpgradeCheck } from './check';
import { AURORA_PRECHECKS } from './manuals';
import { killCommand } from './processes';
import { number, select } from './queries';

const UNCOMMITTED = select(
  'uncommitted-rows',
  `SELECT COUNT(*) AS transactions, COALESCE(SUM(trx_rows_modified), 0) AS uncommitted_rows,
  COALESCE(SUM(trx_state = 'ROLLING BACK'), 0) AS rolling_back FROM information_schema.innodb_trx`,
);

const LARGEST = select(
  'largest-transactions',
  `SELECT trx_mysql_thread_id AS pid, trx_rows_modified AS rows_modified FROM information_schema.innodb_trx
WHERE trx_mysql_thread_id <> 0 AND trx_rows_modified > 0 AND trx_state <> 'ROLLING BACK' ORDER BY trx_rows_modified DESC LIMIT 5`,
);

export const uncommittedRows: UpgradeCheck = {
  id: 'uncommittedRows',
  auroraId: 'auroraUpgradeCheckForUncommittedRowModifications',
  title: 'Uncommitted row changes',
  group: 'operational',
  severity: 'warning',
  whyItMatters:
    'The clean shutdown of the upgrade rolls open transactions back, which can take several times as long as they have been running, and cannot be stopped.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS',
  queries: [UNCOMMITTED, LARGEST],
  appliesTo: () => true,
  async run(context) {
    const row = (await context.read(UNCOMMITTED))[0] ?? {};
    const rows = number(row, 'uncommitted_rows');
    const rollingBack = number(row, 'rolling_back');
    const limit = context.thresholds.uncommittedRows;
    if (rows <= limit && rollingBack === 0) return [];
    const trend = rollingBack > 0 ? `, ${rollingBack} of them being rolled back` : '';
    const largest = (await context.read(LARGEST)).map((transaction) =>
      killCommand(context, number(transaction, 'pid')),
    );
    const end =
      largest.length === 0
        ? ''
        : ` The largest can be ended by: ${largest.join(' ')} (undoing takes longer than doing)`;
    return [
      {
        level: 'warning',
        object: 'information_schema.innodb_trx',
        description: `${rows} row changes in ${number(row, 'transactions')} open transactions${trend}; the limit is ${limit}.`,
        cure: `Wait until the large transactions have been committed or rolled back before the snapshot is taken.${end}`,
      },
    ];
  },
};
