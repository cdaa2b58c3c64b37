import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { parseInnodbName } from './innodb-names';
import { AURORA_PRECHECKS } from './manuals';
import { select, text } from './queries';

/** Characters count, not bytes; the name stands behind the schema. */
const FOREIGN_KEYS = select(
  'long-foreign-keys',
  `SELECT id AS id, for_name AS child FROM information_schema.innodb_sys_foreign
WHERE CHAR_LENGTH(SUBSTRING_INDEX(id, '/', -1)) > 64`,
);

export const foreignKeyLength: UpgradeCheck = {
  id: 'foreignKeyLength',
  auroraId: 'foreignKeyLengthCheck',
  title: 'Foreign key names above 64 characters',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'A generated name grows unchecked when its table is renamed. From 8.0 on the limit of 64 characters holds for it too, and the upgrade stops.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS',
  queries: [FOREIGN_KEYS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await context.read(FOREIGN_KEYS)).map((row) => {
      const name = text(row, 'id').slice(text(row, 'id').indexOf('/') + 1);
      const child = parseInnodbName(text(row, 'child'));
      return {
        level: 'error',
        object: child ? `${child.schema.shown}.${child.table.shown}.${name}` : text(row, 'id'),
        description: `The name of this foreign key has ${[...name].length} characters.`,
        cure: 'Drop the foreign key and add it again under a shorter name of your own.',
      };
    });
  },
};
