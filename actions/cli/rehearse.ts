import { isLabPair } from '../../lab/supervisor/pairings';
import { rehearse as run } from '../../lab/rehearsal/rehearse';
import { messageOf } from '../engine/errors';
import { renderRehearsalJson, renderRehearsalText } from '../view/rehearsal-summary';
import { wantsColour } from '../view/colour';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

interface RehearseOptions extends CommonOptions {
  readonly pair?: string;
  readonly writers?: string;
  readonly seconds?: string;
  readonly dir?: string;
  readonly keep?: boolean;
}

/** Exit 0 only when nothing was lost, applied twice or written on both sides, and Terraform had nothing to change. */
export async function rehearse(options: RehearseOptions): Promise<number> {
  const pair = options.pair ?? '57-97';
  const writers = Number(options.writers ?? 8);
  const seconds = Number(options.seconds ?? 5);
  if (!isLabPair(pair) || !Number.isInteger(writers) || writers < 1 || !(seconds > 0)) {
    process.stderr.write('usage: --pair 57-97|57-57|97-97, --writers a whole number from 1, --seconds more than 0\n');
    return EXIT.usage;
  }
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const result = await run({
      pair,
      writers,
      loadSeconds: seconds,
      dir: options.dir ?? 'rehearsal',
      keep: options.keep === true,
      progress: (line) => process.stderr.write(`${line}\n`),
      signal: interrupt.signal,
    });
    const colour = wantsColour(process.stdout, process.env);
    process.stdout.write(
      `${options.json === true ? renderRehearsalJson(result) : renderRehearsalText(result, { colour })}\n`,
    );
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return result.ok ? EXIT.done : EXIT.failed;
  } catch (error) {
    process.stderr.write(`The rehearsal could not start: ${messageOf(error)}\n`);
    return EXIT.failed;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
