import { ALL_IS_WELL, LISTENING } from '../adapters/watchdog-process';
import { systemClock } from '../adapters/system-clock';
import type { Direction } from '../state/format';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { runSwitch } from './switch';

const ATTEMPTS = 20;
const PAUSE_MS = 500;
/** Ends in which there is nothing more for a process without a person to do. */
const FINAL: ReadonlySet<number> = new Set([EXIT.done, EXIT.aborted, EXIT.personNeeded]);

/**
 * Not for people: started by \`cutover\` and \`rollback\`. Waits until the other end of its standard input goes away. Unless it
 * was told that all is well, it goes on with the switch that is recorded: undoes it before the commit, completes it after.
 */
export async function watchdog(direction: Direction, options: CommonOptions): Promise<number> {
  process.stdout.write(`${LISTENING}\n`);
  // A closed terminal or a Ctrl-C is meant for the process that is watched.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined);
  if ((await everything(process.stdin)).includes(ALL_IS_WELL)) return EXIT.done;
  let code: number = EXIT.failed;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    code = await runSwitch(direction, { ...options, autoApprove: true, watchdog: false, onlyResume: true });
    if (FINAL.has(code)) break;
    // The server may not have noticed yet that the dead process's connections, and with them its locks, are gone.
    await systemClock.sleep(PAUSE_MS);
  }
  return code;
}

async function everything(input: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of input) text += String(chunk);
  return text;
}
