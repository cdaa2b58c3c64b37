import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { compareDictionaries, INNODB_DICTIONARY_QUERIES } from './innodb-dictionary';
import { AURORA_PRECHECKS } from './manuals';

export const schemaInconsistency: UpgradeCheck = {
  id: 'schemaInconsistency',
  auroraId: 'schemaInconsistencyCheck',
  title: 'InnoDB tables that the server does not know',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Before 8.0 InnoDB and the server each keep a dictionary. Where a file was lost or an ALTER died half-way they differ, and the upgrade to the single dictionary aborts.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS; SELECT on all schemas',
  queries: INNODB_DICTIONARY_QUERIES,
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await compareDictionaries(context))
      .filter(({ engine }) => engine === undefined)
      .map(({ innodb: { schema, table } }) => ({
        level: 'error',
        object: `${schema.shown}.${table.shown}`,
        description: table.shown.startsWith('#sql')
          ? 'A table that an ALTER left behind, or one that still runs.'
          : 'InnoDB has this table, the server has not.',
        cure: table.shown.startsWith('#sql')
          ? `When no ALTER is running: DROP TABLE \`${schema.shown}\`.\`#mysql50#${table.shown}\`; on Aurora AWS Support may have to do it.`
          : 'Make a table of the same definition in another schema, bring its .frm back (on Aurora AWS Support does that), and drop the table.',
      }));
  },
};
