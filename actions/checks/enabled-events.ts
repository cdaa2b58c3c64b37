import { passingAccounts } from './accounts-passing-read-only';
import type { CheckContext, UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';
import { EVENT_QUERIES } from './stored-objects';

export const enabledEvents: UpgradeCheck = {
  id: 'enabledEvents',
  title: 'Enabled events',
  group: 'replication',
  severity: 'warning',
  whyItMatters:
    'Events that the snapshot holds stay enabled on green and would run there as well as on blue; events created later arrive switched off and must be enabled after the cutover. An event whose definer passes read_only also writes on the fenced side.',
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'SELECT on mysql.event (5.7) or EVENT (8.0 and later); SELECT on mysql.user',
  queries: EVENT_QUERIES,
  appliesTo: () => true,
  async run(context) {
    const enabled = (await context.stored.events()).filter((event) => event.isEnabled);
    if (enabled.length === 0) return [];
    const passing = await passingOrNone(context);
    const scheduler = ((await context.variables()).get('event_scheduler') ?? '').toUpperCase();
    const now =
      scheduler === 'ON' ? 'It runs on blue now' : `The event scheduler of blue is ${scheduler || 'not known'}`;
    return enabled.map((event) =>
      passing.has(event.definer)
        ? {
            level: 'warning',
            object: event.object,
            description: `${now}; its definer ${event.definer} passes read_only, so that a fence does not stop it.`,
            cure: `ALTER EVENT for the time of the cutover: DISABLE; or give it a definer that read_only binds.`,
          }
        : {
            level: 'notice',
            object: event.object,
            description: `${now}; its definer is ${event.definer || 'nobody'}. Keep event_scheduler off on green until the cutover.`,
          },
    );
  },
};

async function passingOrNone(context: CheckContext): Promise<ReadonlySet<string>> {
  try {
    return await passingAccounts(context);
  } catch (error) {
    context.couldNotRead('which definers pass read_only', error);
    return new Set();
  }
}
