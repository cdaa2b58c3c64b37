/** The built tool as an operator runs it: its launcher as a child process that can be watched, signalled and killed. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const CLONE = resolve(__dirname, '../../..');
const LAUNCHER = join(CLONE, 'bin', 'aurora-cutover.js');

export type Told = Readonly<Record<string, unknown>>;

export interface ToolRun {
  /** 128 + 9 for a process that was killed. */
  readonly exitCode: number;
  /** The JSON objects on stdout, in order. */
  readonly objects: readonly Told[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolProcess {
  readonly pid: number;
  readonly done: Promise<ToolRun>;
  /** Resolves with the first object, told before or from now on, that fits. Rejects when the process ends without one. */
  told(fits: (object: Told) => boolean): Promise<Told>;
  kill(signal: NodeJS.Signals): void;
  /** Its argument list as every user of the machine can read it. */
  commandLine(): string;
}

export interface ToolOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export function runTool(words: readonly string[], options: ToolOptions): Promise<ToolRun> {
  return startTool(words, options).done;
}

export function startTool(words: readonly string[], { environment, cwd = CLONE }: ToolOptions): ToolProcess {
  const child = spawn(process.execPath, [LAUNCHER, ...words], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const objects: Told[] = [];
  const listeners = new Set<(object: Told) => void>();
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    if (!line.startsWith('{')) return;
    const object = JSON.parse(line) as Told;
    objects.push(object);
    for (const listener of listeners) listener(object);
  });
  const done = new Promise<ToolRun>((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      settle({ exitCode: code ?? 137, objects, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    done,
    told: (fits) =>
      new Promise((found, reject) => {
        const earlier = objects.find(fits);
        if (earlier) return found(earlier);
        listeners.add((object) => {
          if (fits(object)) found(object);
        });
        void done.then((run) =>
          reject(new Error(`It ended (${run.exitCode}) without telling that: ${run.stdout}${run.stderr}`)),
        );
      }),
    kill: (signal) => child.kill(signal),
    commandLine: () => readFileSync(`/proc/${String(child.pid)}/cmdline`, 'utf8').replaceAll('\0', ' '),
  };
}

/** The one error that a run with `--json` has told. */
export function errorOf({ objects, exitCode, stdout, stderr }: ToolRun): {
  readonly code?: string;
  readonly summary?: string;
  readonly hint?: string;
} {
  const errors = objects.filter((told) => told['type'] === 'error');
  if (errors.length !== 1) throw new Error(`${errors.length} errors, exit code ${exitCode}: ${stdout}${stderr}`);
  return { ...errors[0] };
}
