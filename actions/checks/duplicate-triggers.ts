import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, select, text } from './queries';

const TRIGGER_NAMES = select(
  'trigger-names',
  `SELECT trigger_schema AS schema_name, trigger_name AS name FROM information_schema.triggers
WHERE trigger_schema ${IN_USER_SCHEMA} ORDER BY trigger_schema, trigger_name`,
);

export const duplicateTriggers: UpgradeCheck = {
  id: 'duplicateTriggers',
  auroraId: 'getDuplicateTriggers',
  title: 'Trigger names that differ only in case',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.0 on trigger names are compared without case within a schema; the upgrade refuses duplicates.',
  documentation: AURORA_PRECHECKS,
  needs: 'TRIGGER',
  queries: [TRIGGER_NAMES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    const alike = new Map<string, string[]>();
    for (const row of await context.read(TRIGGER_NAMES)) {
      const name = `${text(row, 'schema_name')}.${text(row, 'name')}`;
      const key = `${text(row, 'schema_name')}.${text(row, 'name').toLowerCase()}`;
      alike.set(key, [...(alike.get(key) ?? []), name]);
    }
    return [...alike.values()]
      .filter((names) => names.length > 1)
      .map((names) => ({
        level: 'error',
        object: names[0] ?? '',
        description: `Equal but for case: ${names.join(', ')}.`,
        cure: 'Drop all but one of them and create them again under names of their own.',
      }));
  },
};
