import { messageOf } from '../engine/errors';
import { describeDrift, parameterDrift } from '../engine/parameter-drift';
import type { Command } from './command';

/** One warning for each parameter that was changed by hand. Status does not fail for what cannot be asked. */
export async function tellDrift({ context, printer }: Pick<Command, 'context' | 'printer'>): Promise<void> {
  try {
    for (const drift of await parameterDrift(context))
      printer.emit({ type: 'note', level: 'warning', code: 'drift', text: describeDrift(drift) });
  } catch (error) {
    if (context.signal.aborted) throw error;
    const text = `whether green's parameters are as declared could not be asked: ${messageOf(error)}`;
    printer.emit({ type: 'note', level: 'warning', code: 'drift-not-asked', text });
  }
}
