import type { UpgradeCheck } from './check';
import { reaches, type Crossing } from './crossing';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

const INDEXES = select(
  'spatial-indexes',
  `SELECT table_schema AS schema_name, table_name AS table_name, index_name AS index_name FROM information_schema.statistics
WHERE index_type = 'SPATIAL' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);

export const spatialIndex: UpgradeCheck = {
  id: 'spatialIndex',
  title: 'SPATIAL indexes made by 8.0.3 to 8.0.40',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    'InnoDB of 8.0.3 to 8.0.40 could write SPATIAL indexes that lose rows. The upgrade carries them over as they are, so they have to be built anew.',
  documentation: 'https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-41.html',
  needs: 'SELECT on the schemas',
  queries: [INDEXES],
  appliesTo: (crossing) => isAffected(crossing) && (crossing.to[0] !== 8 || reaches(crossing, 8, 0, 41)),
  async run(context) {
    return (await context.read(INDEXES)).map((row) => ({
      level: 'warning',
      object: objectName(row, 'schema_name', 'table_name', 'index_name'),
      description: 'This SPATIAL index may have been made by a version that could lose rows in it.',
      cure: `After the upgrade: ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} FORCE;`,
    }));
  },
};

function isAffected({ from: [major, minor, patch] }: Crossing): boolean {
  return major === 8 && minor === 0 && patch >= 3 && patch <= 40;
}
