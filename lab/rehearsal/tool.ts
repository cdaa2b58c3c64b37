/** The tool as an operator runs it: its launcher as a child process, in the lab's environment. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The clone: this file is either in lab/rehearsal or in dist/lab/rehearsal. */
export const CLONE = __dirname.includes(join('dist', 'lab'))
  ? resolve(__dirname, '../../..')
  : resolve(__dirname, '../..');

export interface Run {
  readonly exitCode: number;
  /** Every JSON object that stdout held, in order; empty for commands that print text. */
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly stderr: string;
  readonly durationMs: number;
}

export interface RunOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export function runTool(args: readonly string[], options: RunOptions): Promise<Run> {
  return run(process.execPath, [join(CLONE, 'bin', 'aurora-cutover.js'), ...args, '--json'], options);
}

/** `cdktf` of this clone. The provider stand-in has no lock entry, so its lock file is not wanted. */
export function runCdktf(args: readonly string[], options: RunOptions): Promise<Run> {
  return run(join(CLONE, 'node_modules', '.bin', 'cdktf'), args, {
    ...options,
    environment: {
      ...options.environment,
      CHECKPOINT_DISABLE: '1',
      DISABLE_VERSION_CHECK: '1',
      CI: '1',
      FORCE_COLOR: '0',
    },
  });
}

function run(command: string, args: readonly string[], { environment, onLine, signal }: RunOptions): Promise<Run> {
  return new Promise((settle, reject) => {
    const start = performance.now();
    const child = spawn(command, args, {
      cwd: CLONE,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    const objects: Readonly<Record<string, unknown>>[] = [];
    let stderr = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      const object = parseObject(line);
      if (object) objects.push(object);
      onLine?.(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-20_000);
    });
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      settle({ exitCode: code ?? (killedBy ? 137 : 1), objects, stderr, durationMs: performance.now() - start });
    });
  });
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
