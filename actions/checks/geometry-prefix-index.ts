import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

/** SPATIAL indexes have a sub_part too, and are fine. */
const INDEXES = select(
  'geometry-prefix-indexes',
  `SELECT s.table_schema AS schema_name, s.table_name AS table_name, s.column_name AS column_name, s.index_name AS index_name
FROM information_schema.statistics s JOIN information_schema.columns c
  ON c.table_schema = s.table_schema AND c.table_name = s.table_name AND c.column_name = s.column_name
WHERE s.sub_part IS NOT NULL AND s.index_type = 'BTREE' AND s.table_schema ${IN_USER_SCHEMA}
  AND c.data_type IN ('geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon', 'geometrycollection')
ORDER BY s.table_schema, s.table_name`,
);

export const geometryPrefixIndex: UpgradeCheck = {
  id: 'geometryPrefixIndex',
  auroraId: 'auroraUpgradeCheckForPrefixIndexOnGeometryColumns',
  title: 'Prefix indexes on geometry columns',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.0.12 on a geometry column can have a SPATIAL index only; the upgrade refuses others.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [INDEXES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 12),
  async run(context) {
    return (await context.read(INDEXES)).map((row) => ({
      level: 'error',
      object: objectName(row, 'schema_name', 'table_name', 'column_name'),
      description: `The index ${text(row, 'index_name')} has the beginning of this geometry column.`,
      cure: `ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} DROP INDEX ${quoted(text(row, 'index_name'))}; and add a SPATIAL index if one is needed.`,
    }));
  },
};
