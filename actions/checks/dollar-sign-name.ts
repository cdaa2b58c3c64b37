import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';
import { readNames } from './read-names';
import { storedText } from './stored-objects';

const SCHEMAS = select(
  'dollar-schema-names',
  "SELECT 'schema' AS kind, schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE '$%' AND schema_name NOT LIKE '%$'",
);
const TABLES = select(
  'dollar-table-names',
  `SELECT IF(table_type = 'VIEW', 'view', 'table') AS kind, table_schema AS schema_name, table_name AS name
FROM information_schema.tables WHERE table_name LIKE '$%' AND table_name NOT LIKE '%$' AND table_schema ${IN_USER_SCHEMA}`,
);
const COLUMNS = select(
  'dollar-column-names',
  `SELECT 'column' AS kind, table_schema AS schema_name, table_name AS table_name, column_name AS name
FROM information_schema.columns WHERE column_name LIKE '$%' AND column_name NOT LIKE '%$' AND table_schema ${IN_USER_SCHEMA}`,
);
const ROUTINES = select(
  'dollar-routine-names',
  `SELECT LOWER(routine_type) AS kind, routine_schema AS schema_name, routine_name AS name
FROM information_schema.routines WHERE routine_name LIKE '$%' AND routine_name NOT LIKE '%$' AND routine_schema ${IN_USER_SCHEMA}`,
);

export const dollarSignName: UpgradeCheck = {
  id: 'dollarSignName',
  auroraId: 'mysqlDollarSignNameCheck',
  title: 'Names that start with a dollar sign',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    'From 8.0.32 on an unquoted name that starts with $ is deprecated; a later version will read it differently.',
  documentation: 'https://dev.mysql.com/doc/refman/8.0/en/identifiers.html',
  needs: 'SELECT on the schemas; for the text of routines SELECT on mysql.proc (5.7) or SHOW_ROUTINE',
  queries: [SCHEMAS, TABLES, COLUMNS, ROUTINES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 31),
  async run(context) {
    const named = (await readNames(context, [SCHEMAS, TABLES, COLUMNS, ROUTINES])).map((row) => ({
      level: 'warning' as const,
      object: objectName(row, 'schema_name', 'table_name', 'name'),
      description: `The name of this ${text(row, 'kind')} starts with a dollar sign.`,
      cure: `Write it as \`${text(row, 'name')}\` everywhere, or rename it.`,
    }));
    const used = (await storedText(context, ['routines'])).flatMap((routine) => {
      const names = routine.tokens.filter((token) => token.kind === 'word' && /^\$.*[^$]$/.test(token.text));
      if (names.length === 0) return [];
      const distinct = [...new Set(names.map((token) => token.text))].join(', ');
      return [
        {
          level: 'warning' as const,
          object: routine.object,
          description: `This ${routine.kind} uses ${distinct} without quotes.`,
          cure: 'Put these names in backticks.',
        },
      ];
    });
    return [...named, ...used];
  },
};
