import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UpgradeError } from '../engine/errors';
import type { Watchdog } from '../ports/watchdog';

export interface WatchdogOptions {
  /** The launcher of this tool and the words before the direction. */
  readonly command: readonly [string, ...string[]];
  /** Absolute path of upgrade.yaml. */
  readonly configFile: string;
  /** What it says while it works; beside the state. */
  readonly logFile: string;
}

/** What this process writes into the pipe when the switch has ended in good order. */
export const ALL_IS_WELL = 'done';
/** What the watchdog writes when it listens. */
export const LISTENING = 'listening';
const START_MS = 10_000;

/**
 * A detached process at the other end of a pipe. The kernel closes the pipe when this process dies, however it dies, and the
 * watchdog runs the same command again: before the commit that undoes, after it that completes.
 */
export function watchdogProcess({ command, configFile, logFile }: WatchdogOptions): Watchdog {
  return {
    async arm(direction) {
      await mkdir(dirname(logFile), { recursive: true });
      const log = openSync(logFile, 'a', 0o600);
      const [program, ...words] = command;
      const child = spawn(program, [...words, 'watchdog', direction, '--config', configFile], {
        detached: true,
        stdio: ['pipe', 'pipe', log],
      });
      closeSync(log);
      const pipe = child.stdin;
      pipe?.on('error', () => undefined);
      await listening(child);
      child.unref();
      return {
        disarm: () =>
          new Promise((resolve) => {
            if (!pipe) resolve();
            pipe?.end(`${ALL_IS_WELL}\n`, () => {
              resolve();
            });
          }),
      };
    },
  };
}

function listening(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill();
      reject(
        new UpgradeError(`the watchdog could not be started: ${why}`, {
          code: 'watchdog-failed',
          source: 'tool',
          hint: 'Without it a death of this process would leave writes blocked until a person acts. Look at the log beside the state, or give --no-watchdog. Nothing was changed.',
        }),
      );
    };
    const patience = setTimeout(() => {
      fail(`no sign of life within ${START_MS} ms`);
    }, START_MS);
    child.once('error', (error) => {
      clearTimeout(patience);
      fail(error.message);
    });
    child.once('exit', (code) => {
      clearTimeout(patience);
      fail(`it ended with ${String(code)}`);
    });
    child.stdout?.once('data', () => {
      clearTimeout(patience);
      child.removeAllListeners('exit');
      child.stdout?.destroy();
      resolve();
    });
  });
}
