import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end without a shell. Rejects when it cannot be started (`ENOENT`), when a signal ends it or when
 * it takes too long (`ABORT_ERR`); any exit code is a result.
 */
export function runProgram(file: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Not `timeout`: its timer outlives a program that could not be started and holds the process open.
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      if (exitCode === null) reject(new Error(`${file} was ended by ${signal ?? 'a signal'}`));
      else resolve({ exitCode, stdout, stderr });
    });
  });
}
