/** The built tool as an operator runs it: its launcher as a child process that can be watched, signalled and killed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLONE } from './tool';

export type Told = Readonly<Record<string, unknown>>;

export interface ToolRun {
  /** 137 for a process that was killed. */
  readonly exitCode: number;
  /** The JSON objects on stdout, in order. */
  readonly objects: readonly Told[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolProcess {
  readonly pid: number;
  readonly done: Promise<ToolRun>;
  /** Resolves with the first object, told before or from now on, that fits; undefined when the process ends without one. */
  told(fits: (object: Told) => boolean): Promise<Told | undefined>;
  kill(signal: NodeJS.Signals): void;
}

export interface ToolOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Events are told with `--json` only. */
export function startTool(words: readonly string[], { environment, cwd }: ToolOptions): ToolProcess {
  const child = spawn(process.execPath, [join(CLONE, 'bin', 'aurora-cutover.js'), ...words], {
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
      new Promise((answer) => {
        const earlier = objects.find(fits);
        if (earlier) return answer(earlier);
        listeners.add((object) => {
          if (fits(object)) answer(object);
        });
        void done.then(
          () => answer(undefined),
          () => answer(undefined),
        );
      }),
    kill: (signal) => child.kill(signal),
  };
}
