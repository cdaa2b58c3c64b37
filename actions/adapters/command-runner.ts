import { spawn, type ChildProcess } from 'node:child_process';
import { kill } from 'node:process';

import { messageOf } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { CommandOutcome, CommandRunner } from '../ports/command';
import { raceDeadline } from './race-deadline';

export interface CommandRunnerOptions {
  /** Where programs run: the folder of upgrade.yaml. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Enough for the message of an error; what a program says besides is its own affair. */
const OUTPUT_LIMIT = 4_000;
/** A child that lives on in the background may hold the pipes open; nobody waits for it. */
const PIPES_MS = 250;

export function commandRunner({ folder, environment, clock }: CommandRunnerOptions): CommandRunner {
  return {
    async run({ program, args, environment: more }, within) {
      const mask = masker({ ...environment, ...more });
      let output = '';
      let child: ChildProcess;
      try {
        child = spawn(program, args, {
          cwd: folder,
          env: { ...withoutPasswords(environment), ...more },
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
      } catch (error) {
        return { is: 'not-started', why: mask(messageOf(error)) };
      }
      const hear = (text: string): void => {
        output = (output + text).slice(-2 * OUTPUT_LIMIT);
      };
      child.stdout?.setEncoding('utf8').on('data', hear);
      child.stderr?.setEncoding('utf8').on('data', hear);
      const heard = (): string => mask(output).slice(-OUTPUT_LIMIT).trim();

      const ended = endOf(child);
      const raced = await raceDeadline(clock, ended, within.timeoutMs, within.signal);
      if (raced.is !== 'done') {
        killGroup(child);
        // Until it is gone it may still do what it was asked for.
        const last = await ended;
        if (last.is === 'not-started') return { is: 'not-started', why: mask(last.why) };
      }
      await pipesClosed(child, clock);
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (raced.is === 'late')
        return { is: 'killed', why: `it took longer than ${within.timeoutMs} ms`, output: heard() };
      if (raced.is === 'aborted') return { is: 'killed', why: 'it was interrupted', output: heard() };
      const { value } = raced;
      if (value.is === 'not-started') return { is: 'not-started', why: mask(value.why) };
      return value.exitCode === null
        ? { is: 'killed', why: `it was ended by ${value.signal ?? 'a signal'}`, output: heard() }
        : { is: 'exited', exitCode: value.exitCode, output: heard() };
    },
  };
}

type End =
  | { readonly is: 'ended'; readonly exitCode: number | null; readonly signal: string | null }
  | Extract<CommandOutcome, { readonly is: 'not-started' }>;

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      // A child that could not be killed has a pid all the same, and ends by itself.
      if (child.pid === undefined) resolve({ is: 'not-started', why: messageOf(error) });
    });
    child.once('exit', (exitCode, signal) => {
      resolve({ is: 'ended', exitCode, signal });
    });
  });
}

/** The children of the program too: what a script has called would go on without it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}

async function pipesClosed(child: ChildProcess, clock: Clock): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.closed);
  const closed = Promise.all(
    streams.map((stream) => new Promise((resolve) => stream?.once('close', () => resolve(undefined)))),
  );
  await raceDeadline(clock, closed, PIPES_MS);
}

/** The tool's own passwords are no business of a hook; AWS credentials may be. */
function withoutPasswords(environment: CommandRunnerOptions['environment']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^AURORA_CUTOVER_.*PASSWORD/.test(name)));
}

/** A program may print what it was given: what looks like a secret by its name never leaves this process. */
function masker(environment: CommandRunnerOptions['environment']): (text: string) => string {
  const secrets = Object.entries(environment)
    .filter(
      ([name, value]) => /PASSWORD|PASSWD|SECRET|TOKEN|ACCESS_KEY|CREDENTIAL/i.test(name) && (value ?? '').length >= 4,
    )
    .flatMap(([, value]) => (value === undefined ? [] : [value]))
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
