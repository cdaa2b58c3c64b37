import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { objectName, quoted, select, text } from './queries';

/** From mysql.event: one such event makes every read of information_schema.events fail with 1728 (tried on 5.7.29). */
const EVENTS = select(
  'events-without-definer',
  "SELECT db AS schema_name, name AS name FROM mysql.event WHERE definer IS NULL OR TRIM(definer) = '' ORDER BY db, name",
);

export const eventNullDefiner: UpgradeCheck = {
  id: 'eventNullDefiner',
  auroraId: 'getEventsWithNullDefiner',
  title: 'Events without a definer',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'The new data dictionary needs a definer for every event; the upgrade stops without one.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on mysql.event',
  queries: [EVENTS],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await context.read(EVENTS)).map((row) => {
      const event = quoted(text(row, 'schema_name'), text(row, 'name'));
      return {
        level: 'error',
        object: objectName(row, 'schema_name', 'name'),
        description: 'This event has no definer.',
        cure: `Note its body from mysql.event, DROP EVENT ${event}; and create it again with a DEFINER.`,
      };
    });
  },
};
