import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

export function unlock(options: CommonOptions, id: string): Promise<number> {
  return runCommand({ verb: 'unlock', options, access: 'read' }, async ({ store, printer }) => {
    await store.breakLock(id);
    printer.result({ text: `Removed the lock ${id}.`, json: { type: 'unlock', id } });
    return EXIT.done;
  });
}
