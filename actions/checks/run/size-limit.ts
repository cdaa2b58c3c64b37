/** What is left out on a server with very many tables, so that looking at it does not become its load. */
import { isServerAtLeast } from '../../mysql/version';
import type { Query } from '../../ports/mysql-server';
import type { Finding, UpgradeCheck } from '../check';
import { number, select } from '../queries';
import type { NotChecked } from '../report';

/** Our choice: on 5.7 a question about all columns then takes minutes, which its 60 s would end without an answer. */
export const DEFAULT_MAX_TABLES = 100_000;

/** A report with more than this of one check serves nobody and costs memory; the worst are kept. */
export const MAX_FINDINGS_PER_CHECK = 20_000;

/** InnoDB's own list answers at once; the dictionary of 5.7 would open every table (tried with 10,000). */
const COUNT_57 = select(
  'size-of-the-server-5.7',
  "SELECT COUNT(*) AS tables_found FROM information_schema.innodb_sys_tables WHERE name LIKE '%/%'",
);
/** Names only, which reads folders and opens nothing; also of other engines than InnoDB, and of views. */
const COUNT_NAMES = select('size-of-the-server', 'SELECT COUNT(*) AS tables_found FROM information_schema.tables');

/** Views of 5.7's information_schema that open every table of the server. */
const OPENS_TABLES =
  /information_schema\.(tables|columns|statistics|partitions|triggers|views|key_column_usage|table_constraints|referential_constraints)\b/i;

/** Whether its questions open every table of this server. 8.0 answers them from tables of its dictionary. */
export function opensEveryTable(check: UpgradeCheck, serverVersion: string): boolean {
  return !isServerAtLeast(serverVersion, 8, 0, 0) && check.queries.some(({ sql }) => OPENS_TABLES.test(sql));
}

/** The larger of both counts; undefined when none is answered, which then is no reason to leave anything out. */
export async function countTables(
  serverVersion: string,
  read: <T>(query: Query<T>) => Promise<T>,
): Promise<number | undefined> {
  const questions = isServerAtLeast(serverVersion, 8, 0, 0) ? [COUNT_NAMES] : [COUNT_57, COUNT_NAMES];
  const counts: number[] = [];
  for (const question of questions) {
    try {
      counts.push(number((await read(question))[0] ?? {}, 'tables_found'));
    } catch {
      // The list of InnoDB needs PROCESS; the other count needs nothing.
    }
  }
  return counts.length === 0 ? undefined : Math.max(...counts);
}

export function leftOutForSize(check: string, tables: number, maxTables: number): NotChecked {
  return {
    check,
    reason:
      `left out: ${tables} tables are more than the limit of ${maxTables}, and on this version the check opens each of them. ` +
      `Run it in a quiet hour with --only ${check} --max-tables ${tables}, or on a clone (--on-clone).`,
    because: 'size',
  };
}

export interface CutFindings {
  readonly kept: readonly Finding[];
  readonly leftOut: readonly NotChecked[];
}

/** The worst findings of a check that has very many, with a line that says how many are missing. */
export function cutFindings(check: string, findings: readonly Finding[]): CutFindings {
  if (findings.length <= MAX_FINDINGS_PER_CHECK) return { kept: findings, leftOut: [] };
  const rank = { error: 0, warning: 1, notice: 2 };
  const kept = findings.toSorted((a, b) => rank[a.level] - rank[b.level]).slice(0, MAX_FINDINGS_PER_CHECK);
  const missing = findings.length - kept.length;
  return {
    kept,
    leftOut: [
      {
        check,
        object: `${missing} of ${findings.length} findings`,
        reason: `left out of the report: it keeps the worst ${MAX_FINDINGS_PER_CHECK} findings of a check. Mend those and run it again.`,
        because: 'size',
      },
    ],
  };
}
