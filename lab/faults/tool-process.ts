/** The built tool as an operator runs it, watched by its events, which it tells with `--json`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLONE } from '../rehearsal/tool';

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
  /** Whether something that fits was told, before or from now on; false when the process has ended without it. */
  told(fits: (object: Told) => boolean): Promise<boolean>;
  /** Whether the switch has entered this state. */
  reached(state: string): Promise<boolean>;
  kill(signal: NodeJS.Signals): void;
}

export interface ToolOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export function startTool(words: readonly string[], { environment, cwd }: ToolOptions): ToolProcess {
  const child = spawn(process.execPath, [join(CLONE, 'bin', 'aurora-cutover.js'), ...words, '--json'], {
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
  const told = (fits: (object: Told) => boolean): Promise<boolean> =>
    new Promise((answer) => {
      if (objects.some(fits)) return answer(true);
      listeners.add((object) => {
        if (fits(object)) answer(true);
      });
      void done.then(
        () => answer(false),
        () => answer(false),
      );
    });
  return {
    pid: child.pid ?? 0,
    done,
    told,
    reached: (state) => told((object) => object['type'] === 'cutover-state' && object['state'] === state),
    kill: (signal) => child.kill(signal),
  };
}
