import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_UPGRADING_FROM_PREVIOUS } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';
import { isPunctuation, tokenise } from './sql-text';

const COLUMNS = select(
  'casting-generated-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, generation_expression AS expression
FROM information_schema.columns
WHERE (generation_expression LIKE '%cast%' OR generation_expression LIKE '%convert%') AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);
/** Asked apart: 5.7 joins views of information_schema row by row. */
const INDEXED = select(
  'indexed-columns',
  `SELECT DISTINCT table_schema AS schema_name, table_name AS table_name, column_name AS column_name
FROM information_schema.statistics WHERE column_name IS NOT NULL AND table_schema ${IN_USER_SCHEMA}`,
);

export const changedFunctionsInGeneratedColumns: UpgradeCheck = {
  id: 'changedFunctionsInGeneratedColumns',
  title: 'CAST and CONVERT in indexed generated columns',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    '8.0.28 changed what CAST and CONVERT answer in corner cases. An index over a generated column that uses them then holds values that the new version would compute differently.',
  documentation: MYSQL_UPGRADING_FROM_PREVIOUS,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS, INDEXED],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 28),
  async run(context) {
    const casting = (await context.read(COLUMNS)).filter((row) => castsValues(text(row, 'expression')));
    if (casting.length === 0) return [];
    const columnOf = (row: Row): string => objectName(row, 'schema_name', 'table_name', 'column_name');
    const indexed = new Set((await context.read(INDEXED)).map(columnOf));
    return casting
      .filter((row) => indexed.has(columnOf(row)))
      .map((row) => ({
        level: 'warning',
        object: columnOf(row),
        description: 'This generated column uses CAST or CONVERT, and an index holds its values.',
        cure: `After the upgrade: ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} FORCE;`,
      }));
  },
};

/** CONVERT(.. USING ..) counts too: it is stored as a cast of characters. */
export function castsValues(expression: string): boolean {
  const tokens = tokenise(expression);
  return tokens.some(({ word }, index) => ['CAST', 'CONVERT'].includes(word) && isPunctuation(tokens[index + 1], '('));
}
