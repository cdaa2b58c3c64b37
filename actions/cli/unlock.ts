import { thisProcess } from '../adapters/this-process';
import { createJournal } from '../state/journal';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

/** Takes no lock itself, so it writes the journal only: the audit belongs to who holds the lock. */
export function unlock(options: CommonOptions, id: string): Promise<number> {
  return runCommand({ verb: 'unlock', options, access: 'read' }, async ({ store, printer, config, context }) => {
    await store.breakLock(id);
    const { user, host } = thisProcess.self();
    const journal = createJournal(config.besideState);
    journal.append({
      at: context.clock.now().toISOString(),
      verb: 'unlock',
      type: 'unlocked',
      id,
      who: `${user}@${host}`,
    });
    await journal.flush();
    printer.result({ text: `Removed the lock ${id}.`, json: { type: 'unlock', id } });
    return EXIT.done;
  });
}
