import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

const TRIGGERS = select(
  'triggers-without-definer',
  `SELECT trigger_schema AS schema_name, trigger_name AS name FROM information_schema.triggers
WHERE (definer IS NULL OR TRIM(definer) = '') AND trigger_schema ${IN_USER_SCHEMA} ORDER BY trigger_schema, trigger_name`,
);

export const triggerNullDefiner: UpgradeCheck = {
  id: 'triggerNullDefiner',
  auroraId: 'getTriggersWithNullDefiner',
  title: 'Triggers without a definer',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Triggers of very old servers have no definer. The new data dictionary needs one; the upgrade stops without it.',
  documentation: AURORA_PRECHECKS,
  needs: 'TRIGGER',
  queries: [TRIGGERS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await context.read(TRIGGERS)).map((row) => ({
      level: 'error',
      object: objectName(row, 'schema_name', 'name'),
      description: 'This trigger has no definer.',
      cure: `Note SHOW CREATE TRIGGER ${quoted(text(row, 'schema_name'), text(row, 'name'))}; drop it and create it again with a DEFINER.`,
    }));
  },
};
