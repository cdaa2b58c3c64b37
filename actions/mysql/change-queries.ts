/** What is asked of a server for `green.changes`: the tables that they name, and how far one of them is. */
import type { Query, Row } from '../ports/mysql-server';
import {
  charsetText,
  typeText,
  type Column,
  type Index,
  type IndexKind,
  type Table,
  type TableName,
} from '../changes/table-model';
import { dialectOf, isServerAtLeast } from './version';

/** Everything of a table but its name; `undefined` from `changeTable`: there is none. */
export interface TableQuestions {
  readonly table: Query<Pick<Table, 'charset' | 'collation' | 'partitioning'> | undefined>;
  readonly columns: Query<readonly Column[]>;
  readonly indexes: Query<readonly Index[]>;
  readonly constraints: Query<Pick<Table, 'foreignKeys' | 'checks' | 'triggers'>>;
  /** Ask only for a table that is there. */
  readonly lines: Query<readonly string[]>;
}

export function tableQuestions(serverVersion: string, name: TableName): TableQuestions {
  return {
    table: asked(
      'change-table',
      name,
      'SELECT t.TABLE_COLLATION AS co, (SELECT PARTITION_METHOD FROM information_schema.PARTITIONS p ' +
        'WHERE p.TABLE_SCHEMA = t.TABLE_SCHEMA AND p.TABLE_NAME = t.TABLE_NAME LIMIT 1) AS pm ' +
        "FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? AND t.TABLE_TYPE = 'BASE TABLE'",
      ([row]) => {
        if (!row) return undefined;
        const collation = charsetText(text(row, 'co'));
        const method = text(row, 'pm');
        return {
          collation,
          charset: collation.split('_')[0] ?? '',
          partitioning: method === '' ? undefined : method.replace(/ COLUMNS$/, ''),
        };
      },
    ),
    columns: asked(
      'change-columns',
      name,
      'SELECT COLUMN_NAME AS n, COLUMN_TYPE AS k, IS_NULLABLE AS u, COLUMN_DEFAULT AS d, EXTRA AS x, CHARACTER_SET_NAME AS cs, ' +
        'COLLATION_NAME AS co FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION',
      (rows) => rows.map(columnFrom),
    ),
    indexes: asked(
      'change-indexes',
      name,
      'SELECT INDEX_NAME AS n, NON_UNIQUE AS u, INDEX_TYPE AS k, COLUMN_NAME AS c, SUB_PART AS p FROM information_schema.STATISTICS ' +
        'WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY INDEX_NAME, SEQ_IN_INDEX',
      indexesFrom,
    ),
    constraints: asked(
      'change-constraints',
      name,
      "SELECT CONSTRAINT_NAME AS n, CONSTRAINT_TYPE AS k FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE IN ('FOREIGN KEY', 'CHECK') " +
        "AND TABLE_SCHEMA = ? AND TABLE_NAME = ? UNION ALL SELECT TRIGGER_NAME, 'TRIGGER' FROM information_schema.TRIGGERS " +
        'WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?',
      (rows) => {
        const named = (kind: string): readonly string[] =>
          rows.filter((row) => text(row, 'k') === kind).map((row) => text(row, 'n'));
        // 5.7 parses CHECK and forgets it.
        const checks = isServerAtLeast(serverVersion, 8, 0, 16) ? named('CHECK') : [];
        return { foreignKeys: named('FOREIGN KEY'), checks, triggers: named('TRIGGER') };
      },
      2,
    ),
    lines: {
      ...asked('change-lines', name, `SHOW CREATE TABLE ${quotedName(name)}`, ([row]) =>
        text(row ?? {}, 'Create Table')
          .split('\n')
          .slice(1)
          .map((line) => line.trim().replace(/,$/, '')),
      ),
      values: [],
    },
  };
}

/** Type conversions that the server allows as a replica, such as `ALL_NON_LOSSY`; empty by default. */
export function typeConversions(serverVersion: string): Query<string> {
  const name = dialectOf(serverVersion) === 'source' ? 'replica_type_conversions' : 'slave_type_conversions';
  return {
    name: 'type-conversions',
    sql: `SELECT @@global.${name} AS conversions`,
    values: [],
    args: {},
    parse: (rows) => text(rows[0] ?? {}, 'conversions'),
  };
}

/** For `runningChange`: whichever it is. */
export const ANY_CHANGE = '%';

/**
 * Sessions in which this statement runs, the asking one left out: one whose client has died goes on, one that was killed takes
 * a while to end.
 */
export function runningChange(id: string): Query<readonly number[]> {
  return {
    name: 'running-change',
    sql: "SELECT ID AS id FROM information_schema.processlist WHERE COMMAND IN ('Query', 'Killed') AND ID <> CONNECTION_ID() AND INFO LIKE ?",
    values: [`/* aurora-cutover change ${id} */%`],
    args: { id },
    parse: (rows) => rows.map((row) => Number(row['id'])),
  };
}

/** Share of the work that InnoDB has done of the statement in this session, 0 to 1; undefined where it does not tell. */
export function changeProgress(
  sessionId: number,
): Query<{ readonly stage: string; readonly share: number } | undefined> {
  return {
    name: 'change-progress',
    sql:
      'SELECT s.EVENT_NAME AS stage, s.WORK_COMPLETED AS completed, s.WORK_ESTIMATED AS estimated FROM performance_schema.events_stages_current s ' +
      'JOIN performance_schema.threads t USING (THREAD_ID) WHERE t.PROCESSLIST_ID = ?',
    values: [sessionId],
    args: { sessionId },
    parse: ([row]) => {
      const estimated = Number(row?.['estimated'] ?? 0);
      if (!row || estimated === 0) return undefined;
      const stage = text(row, 'stage').replace(/^stage\/\w+\//, '');
      return { stage, share: Math.min(1, Number(row['completed'] ?? 0) / estimated) };
    },
  };
}

function asked<T>(
  name: string,
  { schema, table }: TableName,
  sql: string,
  parse: (rows: readonly Row[]) => T,
  times = 1,
): Query<T> {
  return {
    name,
    sql,
    values: Array.from({ length: times }, () => [schema, table]).flat(),
    args: { schema, table },
    parse,
  };
}

function columnFrom(row: Row): Column {
  const extra = text(row, 'x').toLowerCase();
  const charset = text(row, 'cs');
  const collation = text(row, 'co');
  return {
    name: text(row, 'n'),
    type: typeText(text(row, 'k')),
    isNullable: text(row, 'u') === 'YES',
    hasDefault: row['d'] !== null && row['d'] !== undefined,
    isAutoIncrement: extra.includes('auto_increment'),
    isGenerated: /(?:virtual|stored) generated/.test(extra),
    charset: charset === '' ? undefined : charsetText(charset),
    collation: collation === '' ? undefined : charsetText(collation),
  };
}

function indexesFrom(rows: readonly Row[]): readonly Index[] {
  const found = new Map<string, { name: string; kind: IndexKind; columns: string[] }>();
  for (const row of rows) {
    const name = text(row, 'n');
    const index = found.get(name) ?? { name, kind: kindOf(row), columns: [] };
    const column = text(row, 'c').toLowerCase();
    const length = text(row, 'p');
    // InnoDB tells SPATIAL indexes to have a length of 32 bytes.
    const isPart = length !== '' && index.kind !== 'spatial';
    index.columns.push(column === '' ? '(expression)' : isPart ? `${column}(${length})` : column);
    found.set(name, index);
  }
  return [...found.values()];
}

function kindOf(row: Row): IndexKind {
  const type = text(row, 'k');
  if (type === 'FULLTEXT') return 'fulltext';
  if (type === 'SPATIAL') return 'spatial';
  return Number(row['u']) === 0 ? 'unique' : 'plain';
}

function quotedName({ schema, table }: TableName): string {
  return [schema, table].map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}

function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
