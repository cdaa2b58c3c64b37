import { systemClock } from '../adapters/system-clock';
import { thisProcess } from '../adapters/this-process';
import { messageOf } from '../engine/errors';
import { openAudit } from '../state/audit';
import { createJournal } from '../state/journal';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { auditOf } from './record';

/** Removes a lock, and records who did it and whose it was. It takes no lock itself: there is one in its way. */
export function unlock(options: CommonOptions, id: string): Promise<number> {
  return runCommand({ verb: 'unlock', options, access: 'read' }, async ({ store, printer, config }) => {
    // A lock that nobody can read has no holder to name.
    const holder = await store.lockHolder().catch(() => undefined);
    await store.breakLock(id);
    const { user, host } = thisProcess.self();
    const entry = {
      verb: 'unlock',
      type: 'unlocked',
      id,
      who: `${user}@${host}`,
      ...(holder ? { from: `${holder.user}@${holder.host}`, of: holder.command, since: holder.since } : {}),
    };
    const journal = createJournal(config.besideState);
    journal.append({ at: systemClock.now().toISOString(), ...entry });
    await journal.flush();
    const failure = await audited(auditOf(config.besideState), entry);
    if (failure !== undefined) {
      const text = `the audit could not be written: ${failure}`;
      printer.emit({ type: 'note', level: 'warning', code: 'audit-not-written', text });
    }
    printer.result({ text: `Removed the lock ${id}.`, json: { type: 'unlock', id } });
    return EXIT.done;
  });
}

/** Answers why it could not be written. */
async function audited(file: string, entry: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  try {
    const audit = await openAudit(file, () => systemClock.now());
    audit.append(entry);
    return await audit.flush();
  } catch (error) {
    return messageOf(error);
  }
}
