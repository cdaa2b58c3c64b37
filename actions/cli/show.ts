import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

export function show(options: CommonOptions): Promise<number> {
  return runCommand({ verb: 'show', options, access: 'read' }, ({ session, store, printer }) => {
    const { state } = session;
    const text =
      state.serial === 0
        ? `Nothing has been done yet: there is no state at ${store.location}.`
        : JSON.stringify(state, undefined, 2);
    printer.result({ text, json: { type: 'state', location: store.location, state } });
    return Promise.resolve(EXIT.done);
  });
}
