import type { MysqlSession, Row, Statement } from '../ports/mysql-server';
import type { CheckContext, Finding, UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { CALL_LIMIT_MS, IN_USER_SCHEMA, objectName, quoted, select, show, text } from './queries';
import { storedText, VIEW_QUERIES } from './stored-objects';
import { tokenise } from './sql-text';

/** information_schema shows a comment up to its first character of four bytes (tried on 5.7.29): only SHOW CREATE tells. */
const TABLES = select(
  'base-tables-by-name',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);

/** One round trip a table: above this many the rest is said to be unchecked. */
const TABLE_LIMIT = 20_000;

/** Without it the server writes question marks for what it cannot convert. Changes what this one connection is sent. */
const AS_STORED: Statement = {
  name: 'results-as-stored',
  sql: 'SET SESSION character_set_results = NULL',
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
  queries: [TABLES, ...VIEW_QUERIES],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 0),
  async run(context) {
    return [...(await findInComments(context)), ...(await findInViews(context))];
  },
};

async function findInComments(context: CheckContext): Promise<readonly Finding[]> {
  const tables = await context.read(TABLES);
  if (tables.length > TABLE_LIMIT) {
    context.couldNotRead(
      `the comments of ${tables.length - TABLE_LIMIT} tables`,
      new Error(`more than ${TABLE_LIMIT} tables are not asked for one by one`),
    );
  }
  const session = await context.server.openSession();
  const findings: Finding[] = [];
  try {
    await session.run(AS_STORED, { timeoutMs: CALL_LIMIT_MS });
    for (const row of tables.slice(0, TABLE_LIMIT)) {
      try {
        findings.push(...commentsOf(row, await createStatement(session, row)));
      } catch (error) {
        context.couldNotRead(`table ${objectName(row, 'schema_name', 'table_name')}`, error);
      }
    }
  } finally {
    await session.close();
  }
  return findings;
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
