/** What a server says of its buffer pool, and how its indexes are read into it. */
import type { Query, Row } from '../ports/mysql-server';

/** Counters since the server started; `pages` as of now. */
export interface BufferPool {
  /** Logical reads of pages. */
  readonly requests: number;
  /** Those that had to read from the disk, or on Aurora from the storage. */
  readonly misses: number;
  readonly pagesWithData: number;
  readonly pages: number;
  /** Statements that run now, this question included. */
  readonly running: number;
}

const NAMES = [
  'Innodb_buffer_pool_read_requests',
  'Innodb_buffer_pool_reads',
  'Innodb_buffer_pool_pages_data',
  'Innodb_buffer_pool_pages_total',
  'Threads_running',
] as const;

export function bufferPool(): Query<BufferPool> {
  return {
    name: 'buffer-pool',
    sql: `SHOW GLOBAL STATUS WHERE Variable_name IN (${NAMES.map((name) => `'${name}'`).join(', ')})`,
    values: [],
    args: {},
    parse: (rows) => {
      const values = new Map(rows.map((row) => [String(row['Variable_name']).toLowerCase(), Number(row['Value'])]));
      const of = (name: (typeof NAMES)[number]): number => values.get(name.toLowerCase()) ?? 0;
      return {
        requests: of('Innodb_buffer_pool_read_requests'),
        misses: of('Innodb_buffer_pool_reads'),
        pagesWithData: of('Innodb_buffer_pool_pages_data'),
        pages: of('Innodb_buffer_pool_pages_total'),
        running: of('Threads_running'),
      };
    },
  };
}

/** Of all requests, those that found their page; null when there were none. */
export function hitRatio(from: BufferPool, to: BufferPool): number | null {
  const requests = to.requests - from.requests;
  if (requests <= 0) return null;
  return Math.max(0, 1 - (to.misses - from.misses) / requests);
}

export interface IndexSize {
  readonly schema: string;
  readonly table: string;
  readonly index: string;
  readonly bytes: number;
}

/**
 * Sizes as InnoDB estimated them when it last gathered statistics, partitions added up; tables whose statistics are not kept
 * (STATS_PERSISTENT=0) are missing.
 */
export function indexSizes(): Query<readonly IndexSize[]> {
  return {
    name: 'index-sizes',
    sql:
      "SELECT database_name AS s, SUBSTRING_INDEX(SUBSTRING_INDEX(table_name, '#P#', 1), '#p#', 1) AS t, index_name AS i, " +
      'SUM(stat_value) * @@innodb_page_size AS b FROM mysql.innodb_index_stats ' +
      "WHERE stat_name = 'size' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3",
    values: [],
    args: {},
    parse: (rows) =>
      rows.map((row) => ({
        schema: text(row, 's'),
        table: text(row, 't'),
        index: text(row, 'i'),
        bytes: Number(row['b'] ?? 0),
      })),
  };
}

/** Bytes. */
export function bufferPoolSize(): Query<number> {
  return {
    name: 'buffer-pool-size',
    sql: 'SELECT @@innodb_buffer_pool_size AS b',
    values: [],
    args: {},
    parse: (rows) => Number(rows[0]?.['b'] ?? 0),
  };
}

function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
