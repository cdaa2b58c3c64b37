import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LabDescription, LabPair } from '../contract';
import { childModule } from '../writers/child-module';
import { labFiles } from './lab-files';
import { readLabRecord } from './lab-record';

export interface StartOptions {
  readonly pair: LabPair;
  /** Made when it does not exist. It may hold other files, but not another lab. */
  readonly dir: string;
  /** What a client without a security-group rule meets; default `hang`, as on AWS. */
  readonly denied?: 'hang' | 'reset';
}

/** From the supervisor while it starts, over IPC. */
export type StartMessage =
  | { readonly type: 'progress'; readonly text: string; readonly elapsedMs: number }
  | { readonly type: 'ready'; readonly lab: LabDescription }
  | { readonly type: 'failed'; readonly message: string };

/** A unix socket's path may have 107 bytes (unix(7)); mysqld's lies this much deeper than the lab's directory. */
const LONGEST_DIR = 107 - '/mysql/clusters/orders-green/mysqld.sock'.length;

/**
 * Starts a lab and resolves when it is ready; it goes on without this process until `stopLab`. When the start fails, or
 * this process dies meanwhile, the lab ends itself; its log stays in the directory.
 */
export async function startLab(
  options: StartOptions,
  onProgress: (text: string, elapsedMs: number) => void = () => undefined,
): Promise<LabDescription> {
  const dir = resolve(options.dir);
  refuseUnfit(dir);
  mkdirSync(dir, { recursive: true });
  const child = launch(dir, { ...options, dir });
  try {
    return await ready(child, dir, onProgress);
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function refuseUnfit(dir: string): void {
  const existing = readLabRecord(dir);
  if (existing !== undefined) {
    throw new Error(
      `${dir} holds a lab already (${existing.phase}), and two cannot share a directory. ` +
        `End it with \`aurora-cutover lab down --dir ${dir}\`, or choose another directory.`,
    );
  }
  if (Buffer.byteLength(dir) > LONGEST_DIR) {
    throw new Error(
      `The path ${dir} is longer than ${String(LONGEST_DIR)} bytes, so the servers' unix sockets below it could not be bound. ` +
        'Choose a directory with a shorter path.',
    );
  }
}

function launch(dir: string, options: StartOptions): ChildProcess {
  const { file, execArgv } = childModule(join(__dirname, 'labd'));
  const log = openSync(labFiles(dir).log, 'a', 0o600);
  try {
    const child = fork(file, [dir], { execArgv: [...execArgv], detached: true, stdio: ['ignore', log, log, 'ipc'] });
    child.send(options);
    return child;
  } finally {
    closeSync(log);
  }
}

function ready(
  child: ChildProcess,
  dir: string,
  onProgress: (text: string, elapsedMs: number) => void,
): Promise<LabDescription> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      reject(
        new Error(
          `The lab in ${dir} did not start: ${what}\nIts log is ${labFiles(dir).log}; \`aurora-cutover lab down --dir ${dir}\` removes it.`,
        ),
      );
    };
    child.on('message', (message: StartMessage) => {
      if (message.type === 'progress') onProgress(message.text, message.elapsedMs);
      else if (message.type === 'ready') resolve(message.lab);
      else fail(message.message);
    });
    child.once('error', (error) => {
      fail(error.message);
    });
    child.once('exit', (code, signal) => {
      fail(`its supervisor ended (${signal ?? `exit code ${String(code)}`}).`);
    });
  });
}
