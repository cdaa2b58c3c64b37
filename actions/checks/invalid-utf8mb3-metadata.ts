import type { MysqlSession, Row, Statement } from '../ports/mysql-server';
import type { CheckContext, Finding, UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { CALL_LIMIT_MS, IN_USER_SCHEMA, number, objectName, quoted, select, show, text } from './queries';
import { storedText, VIEW_QUERIES } from './stored-objects';
import { tokenise } from './sql-text';

const TABLES = select(
  'base-tables-by-name',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);

const IN_CHUNK = 'WHERE table_schema = ? AND table_name BETWEEN ? AND ?';
/**
 * information_schema shows a comment up to its first character of four bytes, and warns (1366) when it cuts one off: its rows
 * tell nothing, its warnings do, and only the definition files are opened for them. SHOW CREATE TABLE, which shows the whole
 * comment, opens the table itself: ten times slower (tried on 5.7.29).
 */
const COMMENTS = select(
  'comments-of-some-tables',
  `SELECT COUNT(NULLIF(table_comment, '')) AS comments_found FROM information_schema.tables ${IN_CHUNK}
UNION ALL SELECT COUNT(NULLIF(column_comment, '')) FROM information_schema.columns ${IN_CHUNK}
UNION ALL SELECT COUNT(NULLIF(index_comment, '')) FROM information_schema.statistics ${IN_CHUNK}`,
);
const WARNINGS = show('warnings', 'SHOW WARNINGS');
const INCORRECT_STRING = 1366;

/** Tables that are asked about together: each question stays short, and few tables are looked at one by one. */
const CHUNK = 200;

/** Changes what this one connection is sent: as stored, where question marks would stand for what cannot be converted. */
const AS_STORED: Statement = {
  name: 'results-as-stored',
  sql: 'SET SESSION character_set_results = NULL, max_error_count = 65535',
  values: [],
  secrets: [],
  args: {},
};

export const invalidUtf8mb3Metadata: UpgradeCheck = {
  id: 'invalidUtf8mb3Metadata',
  auroraId: 'auroraUpgradeCheckForInvalidUtf8mb3TableComments',
  alsoInLogAs: [
    'auroraUpgradeCheckForInvalidUtf8mb3ColumnComments',
    'auroraUpgradeCheckForInvalidUtf8mb3IndexComments',
    'auroraUpgradeCheckForInvalidUtf8mb3CharacterStringInViews',
  ],
  title: 'Four-byte characters in comments and views',
  group: 'text',
  severity: 'error',
  whyItMatters:
    'Metadata is stored in utf8mb3. Comments of tables, columns and indexes, and the text of views, could take characters of four bytes, such as emoji, from careless clients; the upgrade refuses them (MySQL bug 110177).',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas, SHOW VIEW',
  queries: [TABLES, COMMENTS, ...VIEW_QUERIES],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 0),
  async run(context) {
    return [...(await findInComments(context)), ...(await findInViews(context))];
  },
};

async function findInComments(context: CheckContext): Promise<readonly Finding[]> {
  const tables = await context.read(TABLES);
  const session = await context.server.openSession();
  const findings: Finding[] = [];
  try {
    await session.run(AS_STORED, { timeoutMs: CALL_LIMIT_MS });
    for (const chunk of chunksOf(tables)) {
      if (!(await isAnyCutOff(session, chunk))) continue;
      for (const row of chunk) {
        try {
          findings.push(...commentsOf(row, await createStatement(session, row)));
        } catch (error) {
          context.couldNotRead(`table ${objectName(row, 'schema_name', 'table_name')}`, error);
        }
      }
    }
  } finally {
    await session.close();
  }
  return findings;
}

/** Neighbours of one schema. */
function chunksOf(tables: readonly Row[]): readonly (readonly Row[])[] {
  const chunks: Row[][] = [];
  for (const row of tables) {
    const last = chunks.at(-1);
    const isFull = last === undefined || last.length >= CHUNK;
    if (isFull || text(last[0] ?? {}, 'schema_name') !== text(row, 'schema_name')) chunks.push([row]);
    else last.push(row);
  }
  return chunks;
}

async function isAnyCutOff(session: MysqlSession, chunk: readonly Row[]): Promise<boolean> {
  const range = [
    text(chunk[0] ?? {}, 'schema_name'),
    text(chunk[0] ?? {}, 'table_name'),
    text(chunk.at(-1) ?? {}, 'table_name'),
  ];
  await session.read({ ...COMMENTS, values: [...range, ...range, ...range] }, { timeoutMs: CALL_LIMIT_MS });
  const warnings = await session.read(WARNINGS, { timeoutMs: CALL_LIMIT_MS });
  return warnings.some((row) => number(row, 'Code') === INCORRECT_STRING);
}

async function createStatement(session: MysqlSession, table: Row): Promise<string> {
  const name = quoted(text(table, 'schema_name'), text(table, 'table_name'));
  const rows = await session.read(show('show-create-table', `SHOW CREATE TABLE ${name}`), { timeoutMs: CALL_LIMIT_MS });
  return text(rows[0] ?? {}, 'Create Table');
}

/** The statement has a line for each column and index, which begins with its name, and a last one for the table. */
export function commentsOf(table: Row, createTable: string): readonly Finding[] {
  if (!hasFourByteCharacter(createTable)) return [];
  const object = objectName(table, 'schema_name', 'table_name');
  const tableName = quoted(text(table, 'schema_name'), text(table, 'table_name'));
  return createTable
    .split('\n')
    .filter(hasFourByteCharacter)
    .map((line): Finding => {
      const description = (what: string): string => `The comment of this ${what} has a character of four bytes.`;
      const column = /^ {2}`((?:[^`]|``)+)` /.exec(line)?.[1]?.replaceAll('``', '`');
      if (column !== undefined) {
        const definition = line.trim().replace(/ COMMENT '.*$/, '');
        return {
          level: 'error',
          object: `${object}.${column}`,
          description: description('column'),
          cure: `ALTER TABLE ${tableName} MODIFY ${definition} COMMENT 'a comment without it';`,
        };
      }
      const index = /^ {2}(?:[A-Z]+ )?(?:KEY|INDEX) `((?:[^`]|``)+)`/.exec(line)?.[1]?.replaceAll('``', '`');
      if (index !== undefined || line.startsWith('  PRIMARY KEY')) {
        return {
          level: 'error',
          object: `${object}.${index ?? 'PRIMARY'}`,
          description: description('index'),
          cure: 'Drop the index and create it again with a comment without it.',
        };
      }
      return {
        level: 'error',
        object,
        description: description('table'),
        cure: `ALTER TABLE ${tableName} COMMENT = 'a comment without it';`,
      };
    });
}

async function findInViews(context: CheckContext): Promise<readonly Finding[]> {
  return (await storedText(context, ['views']))
    .filter((view) => hasFourByteCharacter(view.text))
    .map((view) => ({
      level: 'error',
      object: view.object,
      description: `The text of this view has a character of four bytes${inString(view.text) ? ' in a string' : ''}.`,
      cure: "Create the view again without it; in a string it can be written as a literal such as _utf8mb4 X'F09F9880'.",
    }));
}

/** Decoded as UTF-8 they are above U+FFFF; where the driver reads the three-byte variant, what it cannot read is U+FFFD. */
function hasFourByteCharacter(sql: string): boolean {
  return /[\u{10000}-\u{10ffff}\ufffd]/u.test(sql);
}

function inString(sql: string): boolean {
  return tokenise(sql).some(({ kind, text: value }) => kind === 'string' && hasFourByteCharacter(value));
}
