/** Freshly initialised data folders, made once a version and then copied: initialising takes seconds, a copy does not. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, type ServerBinary } from './binaries';
import { userOption } from './server-options';

const run = promisify(execFile);

/** Fills `target` (which must not exist) with an initialised data folder in which root@localhost has no password. */
export async function copyTemplate(binary: ServerBinary, target: string, lowerCaseTableNames: string): Promise<void> {
  const template = await ensureTemplate(binary, lowerCaseTableNames);
  cpSync(template, target, { recursive: true, mode: 0 });
}

async function ensureTemplate(binary: ServerBinary, lowerCaseTableNames: string): Promise<string> {
  const identity = [...binary.leadingArguments, binary.program, lowerCaseTableNames, process.getuid?.() ?? ''].join(
    ' ',
  );
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const parent = join(cacheFolder(), 'templates');
  const template = join(parent, `${binary.version}-${key}`);
  if (existsSync(template)) return template;
  mkdirSync(parent, { recursive: true });
  const temporary = mkdtempSync(`${template}.partial-`);
  try {
    await initialise(binary, join(temporary, 'data'), lowerCaseTableNames);
    // Two servers with one identity could not replicate; without the file each makes its own when it first starts.
    rmSync(join(temporary, 'data', 'auto.cnf'), { force: true });
    if (!existsSync(template)) renameSync(join(temporary, 'data'), template);
    return template;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function initialise(binary: ServerBinary, data: string, lowerCaseTableNames: string): Promise<void> {
  const series = binary.series === '5.7' ? ['--innodb-log-file-size=48M'] : ['--innodb-redo-log-capacity=96M'];
  const options = [
    '--no-defaults',
    '--initialize-insecure',
    ...binary.installationOptions,
    `--datadir=${data}`,
    `--lower-case-table-names=${lowerCaseTableNames}`,
    '--skip-log-bin',
    ...series,
    ...userOption(),
  ];
  try {
    await run(binary.program, [...binary.leadingArguments, ...options], {
      env: { ...process.env, ...binary.environment },
      timeout: 120_000,
      maxBuffer: 4_000_000,
    });
  } catch (error) {
    throw new Error(
      `MySQL ${binary.version} could not initialise a data folder in ${data}: ` +
        `${error instanceof Error ? error.message.slice(-1500) : String(error)}. Is the disk full, or the folder not writable?`,
      { cause: error },
    );
  }
}
