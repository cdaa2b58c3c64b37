/** One mysqld process: it outlives its starter and is found again by its pid file. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { ServerBinary } from './binaries';
import { errorNumber } from './connect';
import { serverFiles, serverOptions, type ServerSettings } from './server-options';

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 25;
/** Linux refuses longer socket paths (sun_path holds 108 bytes with its end). */
const LONGEST_SOCKET_PATH = 107;
const ACCESS_DENIED = 1045;

/**
 * Starts a mysqld over an existing data folder and waits until it answers on its socket. Does nothing when it runs
 * already. Rejects with the end of its log when it ends or does not answer in 90 s.
 */
export async function startServer(binary: ServerBinary, settings: ServerSettings): Promise<void> {
  const files = serverFiles(settings.folder);
  if (Buffer.byteLength(files.socket) > LONGEST_SOCKET_PATH) {
    throw new Error(
      `The path ${files.socket} is longer than the ${LONGEST_SOCKET_PATH} bytes that a unix socket may have. ` +
        `Put the lab into a folder with a shorter path.`,
    );
  }
  if (runningPid(settings.folder) === undefined) launch(binary, settings);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(files.socket))) {
    if (runningPid(settings.folder) === undefined) throw startError(binary, settings, 'ended at once');
    if (Date.now() > deadline) {
      killServer(settings.folder);
      throw startError(binary, settings, `did not answer within ${START_TIMEOUT_MS / 1000} s`);
    }
    await sleep(POLL_MS);
  }
}

/** Orderly shutdown; resolves when the process is gone. A server that hangs is killed after 60 s. */
export async function stopServer(folder: string): Promise<void> {
  await end(folder, 'SIGTERM', STOP_TIMEOUT_MS);
}

/** As a crash: SIGKILL, no shutdown. The next start recovers. Resolves when the process is gone. */
export async function crashServer(folder: string): Promise<void> {
  await end(folder, 'SIGKILL', STOP_TIMEOUT_MS);
}

/** Pid of the mysqld over this folder, undefined when none runs. A reused pid is recognised by its command line. */
export function runningPid(folder: string): number | undefined {
  const files = serverFiles(folder);
  try {
    const pid = Number(readFileSync(files.pid, 'utf8').trim());
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return commandLine.includes(`--datadir=${files.data}`) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function launch(binary: ServerBinary, settings: ServerSettings): void {
  const files = serverFiles(settings.folder);
  mkdirSync(settings.folder, { recursive: true });
  rmSync(files.socket, { force: true });
  const log = openSync(files.log, 'a', 0o600);
  try {
    const options = ['--no-defaults', ...binary.installationOptions, ...serverOptions(settings)];
    const child = spawn(binary.program, [...binary.leadingArguments, ...options], {
      cwd: settings.folder,
      env: { ...process.env, ...binary.environment, NSS_WRAPPER_HOSTS: settings.hostsFile },
      detached: true,
      stdio: ['ignore', log, log],
    });
    // A failure to spawn shows as a missing pid; without a listener it would end this process.
    child.on('error', () => undefined);
    // mysqld writes its own only when it is up; a starter that dies meanwhile must still be able to find it.
    if (child.pid !== undefined) writeFileSync(files.pid, `${child.pid}\n`);
    child.unref();
  } finally {
    closeSync(log);
  }
}

/** Any answer counts, also the refusal of a nameless stranger. */
async function answers(socketPath: string): Promise<boolean> {
  try {
    const connection = await createConnection({ socketPath, user: 'lab_probe', connectTimeout: 2000 });
    connection.destroy();
    return true;
  } catch (error) {
    return errorNumber(error) === ACCESS_DENIED;
  }
}

async function end(folder: string, signal: 'SIGTERM' | 'SIGKILL', timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const pid = runningPid(folder);
  if (pid === undefined) return;
  process.kill(pid, signal);
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await sleep(POLL_MS);
  }
}

function killServer(folder: string): void {
  const pid = runningPid(folder);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

/** A child of ours that ended stays as a zombie until node reaps it: that counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function startError(binary: ServerBinary, settings: ServerSettings, what: string): Error {
  const { log } = serverFiles(settings.folder);
  return new Error(
    `MySQL ${binary.version} on ${settings.address}:${settings.port} ${what}. Its log is ${log}; the last errors in it:\n  ${lastErrors(log)}\n` +
      `A parameter with a value that this version refuses, or a port in use, are the usual reasons.`,
  );
}

function lastErrors(log: string): string {
  if (!existsSync(log)) return '(there is no log)';
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines
    .filter((line) => /error/i.test(line))
    .slice(-6)
    .join('\n  ');
}
