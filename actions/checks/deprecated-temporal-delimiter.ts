import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_UPGRADING_FROM_PREVIOUS } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';
import { tokenise } from './sql-text';

const PARTITIONS = select(
  'partition-bounds',
  `SELECT p.table_schema AS schema_name, p.table_name AS table_name, p.partition_name AS partition_name,
  p.partition_expression AS columns, p.partition_description AS bounds
FROM information_schema.partitions p
WHERE p.partition_method IN ('RANGE COLUMNS', 'LIST COLUMNS') AND p.partition_description LIKE '%''%'
  AND COALESCE(p.subpartition_ordinal_position, 1) = 1 AND p.table_schema ${IN_USER_SCHEMA}
ORDER BY p.table_schema, p.table_name, p.partition_ordinal_position`,
);
const TEMPORAL_COLUMNS = select(
  'temporal-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name FROM information_schema.columns
WHERE data_type IN ('date', 'datetime', 'timestamp', 'time') AND table_schema ${IN_USER_SCHEMA}`,
);

export const deprecatedTemporalDelimiter: UpgradeCheck = {
  id: 'deprecatedTemporalDelimiter',
  title: 'Partition bounds with unusual delimiters',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    "A date in a partition's bound may be written with any delimiter on 5.7. From 8.0.29 on such bounds are refused (error 1654), and the partitions become unreadable.",
  documentation: MYSQL_UPGRADING_FROM_PREVIOUS,
  needs: 'SELECT on the schemas',
  queries: [PARTITIONS, TEMPORAL_COLUMNS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 29),
  async run(context) {
    const partitions = await context.read(PARTITIONS);
    if (partitions.length === 0) return [];
    const key = (row: Row, column: string): string =>
      JSON.stringify([text(row, 'schema_name'), text(row, 'table_name'), column.toLowerCase()]);
    const temporal = new Set((await context.read(TEMPORAL_COLUMNS)).map((row) => key(row, text(row, 'column_name'))));
    return partitions.flatMap((row) => {
      const columns = tokenise(text(row, 'columns')).filter(({ kind }) => kind === 'word' || kind === 'quoted');
      if (!columns.some((column) => temporal.has(key(row, column.text)))) return [];
      const areAllTemporal = columns.every((column) => temporal.has(key(row, column.text)));
      const refused = tokenise(text(row, 'bounds'), { noBackslashEscapes: true })
        .filter(({ kind, text: bound }) => kind === 'string' && (areAllTemporal || /^\s*\d{2,4}\D/.test(bound)))
        .filter(({ text: bound }) => !isAcceptedBound(bound));
      if (refused.length === 0) return [];
      const table = quoted(text(row, 'schema_name'), text(row, 'table_name'));
      return [
        {
          level: 'error' as const,
          object: `${objectName(row, 'schema_name', 'table_name')}.${text(row, 'partition_name')}`,
          description: `Its bound has ${refused.map(({ text: bound }) => `'${bound}'`).join(', ')}.`,
          cure: `ALTER TABLE ${table} REORGANIZE PARTITION ${quoted(text(row, 'partition_name'))} INTO (..); with bounds such as '2026-01-31 00:00:00'.`,
        },
      ];
    });
  },
};

/**
 * What 9.7.4 still takes (tried): '2020-01-01', '2020-1-1', '20210101', T or one blank before the time, times with colons and
 * a fraction.
 */
export function isAcceptedBound(bound: string): boolean {
  return /^(\d+|\d{2,4}-\d{1,2}-\d{1,2}([T ]\d{1,2}(:\d{1,2}){0,2}(\.\d*)?)?|-?\d+(:\d{1,2}){1,2}(\.\d*)?)$/.test(
    bound,
  );
}
