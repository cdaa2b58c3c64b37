import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { childModule } from './child-module';
import type { LedgerSnapshot } from './ledger';
import type { LoadOptions, LoadProgress, LoadReply, LoadRequest } from './messages';

type Settings = Omit<LoadOptions, 'writers' | 'port' | 'pauseMs'> &
  Partial<Pick<LoadOptions, 'writers' | 'port' | 'pauseMs'>>;
/** `Omit` over each member of the union, so that `type` still tells them apart. */
type WithoutId<Message> = Message extends unknown ? Omit<Message, 'id'> : never;

const DEFAULTS = { writers: 8, port: 3306, pauseMs: 25 };
const REPLY_TIMEOUT_MS = 15_000;
const EXIT_PATIENCE_MS = 2000;

interface Waiting {
  readonly resolve: (reply: LoadReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A write load in a child process. `start` resolves when the writers run, not when they have written. The child ends with
 * `stop`, or by itself when this process goes away. Methods reject when the child is gone or does not answer.
 */
export class WriterLoad {
  private child: ChildProcess | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  async start(settings: Settings): Promise<void> {
    if (this.child !== undefined) throw new Error('This load runs already; create another one for more writers.');
    const { file, execArgv } = childModule(join(__dirname, 'main'));
    const child = fork(file, [], {
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child = child;
    child.on('message', (reply: LoadReply) => {
      const waiting = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.type === 'failed') waiting?.reject(new Error(reply.message));
      else waiting?.resolve(reply);
    });
    child.on('exit', (code, signal) => {
      this.fail(
        new Error(
          `The writers' process ended unexpectedly (${signal ?? `exit code ${String(code)}`}); its ledger is lost.`,
        ),
      );
    });
    child.on('error', (error) => {
      this.fail(new Error("The writers' process cannot be started or reached.", { cause: error }));
    });
    await this.ask({ type: 'start', options: { ...DEFAULTS, ...settings } });
  }

  async progress(): Promise<LoadProgress> {
    const reply = await this.ask({ type: 'progress' });
    if (reply.type !== 'progress') throw unexpected(reply);
    return reply.progress;
  }

  /** The ledger so far; the writers go on. */
  async snapshot(): Promise<LedgerSnapshot> {
    const reply = await this.ask({ type: 'snapshot' });
    if (reply.type !== 'snapshot') throw unexpected(reply);
    return reply.snapshot;
  }

  /** Writes the ledger so far to a file, as JSON. */
  async save(file: string): Promise<void> {
    await this.ask({ type: 'save', file });
  }

  /** Ends the writers and the child, and answers with the final ledger. */
  async stop(): Promise<LedgerSnapshot> {
    try {
      await this.ask({ type: 'stop' });
      return await this.snapshot();
    } finally {
      await this.kill();
    }
  }

  /** Ends the child without asking it for anything; harmless when there is none. */
  async kill(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    if (child.connected) child.disconnect();
    const patience = setTimeout(() => child.kill('SIGKILL'), EXIT_PATIENCE_MS);
    await exited;
    clearTimeout(patience);
  }

  private ask(request: WithoutId<LoadRequest>): Promise<LoadReply> {
    const child = this.child;
    if (child?.connected !== true) {
      return Promise.reject(
        new Error("The writers' process does not run, so it cannot be asked; start the load first."),
      );
    }
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error(`The writers' process did not answer within ${String(REPLY_TIMEOUT_MS)} ms; stop the load.`));
      }, REPLY_TIMEOUT_MS);
      const settle =
        <Value>(then: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timer);
          then(value);
        };
      this.waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      child.send({ ...request, id });
    });
  }

  private fail(error: Error): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}

function unexpected(reply: LoadReply): Error {
  return new Error(`The writers' process answered '${reply.type}' to another question; build the project again.`);
}
