import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { compareDictionaries, INNODB_DICTIONARY_QUERIES } from './innodb-dictionary';
import { AURORA_PRECHECKS } from './manuals';

export const engineMixup: UpgradeCheck = {
  id: 'engineMixup',
  auroraId: 'engineMixupCheck',
  title: 'InnoDB tables that the server takes for another engine',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'InnoDB still keeps a table under a name that now belongs to a table of another engine; the upgrade to the single dictionary aborts.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS; SELECT on all schemas',
  queries: INNODB_DICTIONARY_QUERIES,
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await compareDictionaries(context))
      .filter(({ engine }) => engine !== undefined && engine !== '' && engine !== 'InnoDB')
      .map(({ innodb: { schema, table }, engine }) => ({
        level: 'error',
        object: `${schema.shown}.${table.shown}`,
        description: `InnoDB has a table of this name, the server takes it for ${engine}.`,
        cure: 'Move the other table away (RENAME TABLE), then remove the InnoDB table; on Aurora with AWS Support.',
      }));
  },
};
