import type { Thresholds } from './check';

/**
 * History list: the AWS checklist (part 2) calls 100,000 and below acceptable. Uncommitted rows: the limit of Aurora's own
 * precheck. The others are our choice.
 */
export const DEFAULT_THRESHOLDS: Thresholds = {
  historyListLength: 100_000,
  uncommittedRows: 10_000_000,
  transactionAgeSeconds: 60,
  idleInTransactionSeconds: 10,
  tables: 10_000,
};
