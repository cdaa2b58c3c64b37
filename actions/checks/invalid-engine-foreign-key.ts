import type { Finding, UpgradeCheck } from './check';
import { crosses } from './crossing';
import { FOREIGN_KEY_QUERIES, foreignKeys, shownName } from './foreign-keys';
import { enginesByTable, findEngine, SERVER_TABLES } from './innodb-dictionary';
import { MYSQL_UPGRADE_PREREQUISITES } from './manuals';
import { quoted } from './queries';

export const invalidEngineForeignKey: UpgradeCheck = {
  id: 'invalidEngineForeignKey',
  title: 'Foreign keys to tables of another engine, or to none',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'With foreign_key_checks off a foreign key could come to point at a table that is not InnoDB, or that does not exist. The new dictionary refuses the first; the second stops the first INSERT after the upgrade.',
  documentation: MYSQL_UPGRADE_PREREQUISITES,
  needs: 'PROCESS; SELECT on all schemas',
  queries: [...FOREIGN_KEY_QUERIES, SERVER_TABLES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    const engines = enginesByTable(await context.read(SERVER_TABLES));
    return (await foreignKeys(context)).flatMap((key): Finding[] => {
      const engine = findEngine(engines, key.parent);
      if (engine === 'InnoDB') return [];
      const parent = shownName(key.parent);
      const drop = `ALTER TABLE ${quoted(key.child.schema.shown, key.child.table.shown)} DROP FOREIGN KEY ${quoted(key.name)};`;
      const object = `${shownName(key.child)}.${key.name}`;
      return engine === undefined
        ? [{ level: 'warning', object, description: `It refers to ${parent}, which does not exist.`, cure: drop }]
        : [
            {
              level: 'error',
              object,
              description: `It refers to ${parent}, whose engine is ${engine || 'not known'}.`,
              cure: `${drop} or: ALTER TABLE ${quoted(key.parent.schema.shown, key.parent.table.shown)} ENGINE = InnoDB;`,
            },
          ];
    });
  },
};
