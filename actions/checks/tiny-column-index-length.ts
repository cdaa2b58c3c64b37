import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, number, objectName, select, text } from './queries';

/** 5.7.29 makes no such index any more (1071, or the prefix is cut; tried): tables from before can have one. */
const COLUMNS = select(
  'tiny-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, character_set_name AS charset
FROM information_schema.columns WHERE data_type IN ('tinytext', 'tinyblob') AND table_schema ${IN_USER_SCHEMA}`,
);
/** Bytes of the widest character. */
const CHARACTER_SETS = select(
  'character-sets',
  'SELECT character_set_name AS charset, maxlen AS bytes FROM information_schema.character_sets',
);
const PREFIXES = select(
  'index-prefixes',
  `SELECT table_schema AS schema_name, table_name AS table_name, index_name AS index_name, column_name AS column_name,
  sub_part AS sub_part
FROM information_schema.statistics WHERE index_type = 'BTREE' AND sub_part > 63 AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);

export const tinyColumnIndexLength: UpgradeCheck = {
  id: 'tinyColumnIndexLength',
  auroraId: 'auroraUpgradeCheckIndexLengthLimitOnTinyColumns',
  alsoInLogAs: ['auroraUpgradeCheckIndexLengthLimitOnTinytext'],
  title: 'Index prefixes longer than TINYTEXT and TINYBLOB columns',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Old versions accepted an index prefix of more than 255 bytes on a column that holds 255. The upgrade refuses such a table.',
  notTriedBecause: 'MySQL 5.7.29 refuses to make such an index, and no SQL brings one about',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS, CHARACTER_SETS, PREFIXES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    const columnOf = (row: Row): string => objectName(row, 'schema_name', 'table_name', 'column_name');
    const charsets = new Map((await context.read(COLUMNS)).map((row) => [columnOf(row), text(row, 'charset')]));
    if (charsets.size === 0) return [];
    const widths = new Map(
      (await context.read(CHARACTER_SETS)).map((row) => [text(row, 'charset'), number(row, 'bytes')]),
    );
    const bytesOf = (row: Row): number => {
      const charset = charsets.get(columnOf(row));
      return charset === undefined ? 0 : number(row, 'sub_part') * (widths.get(charset) ?? 1);
    };
    return (await context.read(PREFIXES))
      .filter((row) => bytesOf(row) > 255)
      .map((row) => ({
        level: 'error',
        object: columnOf(row),
        description: `The index ${text(row, 'index_name')} has ${text(row, 'sub_part')} characters of this column, which holds 255 bytes.`,
        cure: 'Drop the index and create it again with a prefix of at most 255 bytes (63 characters of utf8mb4).',
      }));
  },
};
