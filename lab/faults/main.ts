/** `npm run faults`: faults on real servers, again and again. */
import { HelpRequest, UsageError } from '../cli/lab-arguments';
import { readArguments } from './arguments';
import { play } from './play';
import { renderTable } from './table';

/** 0: every round held. 1: one did not, or no lab could be started. 64: wrong usage. 130: interrupted. */
export async function faults(words: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interrupt.abort(new Error('interrupted')));
  try {
    const { isList, isJson, ...options } = readArguments(words);
    if (isList) {
      for (const { name, family } of options.faults) process.stdout.write(`${name}  (${family})\n`);
      return 0;
    }
    const progress = (line: string): void => void process.stderr.write(`${line}\n`);
    const results = await play({ ...options, progress, signal: interrupt.signal });
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    const passed = results.length - failed;
    if (isJson) {
      for (const result of results) process.stdout.write(`${JSON.stringify({ type: 'fault-round', ...result })}\n`);
      const { seed, pair } = options;
      process.stdout.write(
        `${JSON.stringify({ type: 'faults', seed, pair, rounds: results.length, passed, failed })}\n`,
      );
    } else {
      process.stdout.write(`${renderTable(results)}\n\n`);
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    if (interrupt.signal.aborted) return 130;
    return failed > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof HelpRequest) {
      process.stdout.write(`${error.message}\n`);
      return 0;
    }
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 64 : 1;
  }
}
