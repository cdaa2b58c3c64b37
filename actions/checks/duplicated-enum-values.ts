import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';
import { tokenise } from './sql-text';

const COLUMNS = select(
  'enum-and-set-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, column_type AS column_type,
  collation_name AS collation_name
FROM information_schema.columns WHERE data_type IN ('enum', 'set') AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);

export const duplicatedEnumValues: UpgradeCheck = {
  id: 'duplicatedEnumValues',
  auroraId: 'auroraUpgradeCheckForDuplicatedColumnValuesInEnum',
  title: 'ENUM and SET columns with a value twice',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Without the strict mode a definition could name the same value twice. Aurora refuses such columns on the way to 8.4; under the strict mode they cannot be created, also not from a dump.',
  documentation: MYSQL_84_CHANGES,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS],
  appliesTo: (crossing) => crosses(crossing, 8, 4, 0),
  async run(context) {
    return (await context.read(COLUMNS)).flatMap((row) => {
      const doubled = duplicates(text(row, 'column_type'), text(row, 'collation_name'));
      if (doubled.length === 0) return [];
      return [
        {
          level: 'error' as const,
          object: objectName(row, 'schema_name', 'table_name', 'column_name'),
          description: `Its type names ${doubled.map((value) => `'${value}'`).join(', ')} more than once.`,
          cure: 'Change the type so that each value stands once. Rows hold the number of a value: look at those of the later one first.',
        },
      ];
    });
  },
};

/** Letters of either case are equal unless the collation is binary or case sensitive, and blanks at the end do not count. */
export function duplicates(columnType: string, collation: string): readonly string[] {
  const isExact = /_bin$|_cs$|^binary$|_as_cs/.test(collation);
  const seen = new Set<string>();
  const doubled: string[] = [];
  for (const { kind, text: value } of tokenise(columnType, { noBackslashEscapes: true })) {
    if (kind !== 'string') continue;
    const key = (isExact ? value : value.toLowerCase()).replace(/ +$/, '');
    if (seen.has(key)) doubled.push(value);
    seen.add(key);
  }
  return [...new Set(doubled)];
}
