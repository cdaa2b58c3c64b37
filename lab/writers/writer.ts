import type { Acknowledgement, UnknownWrite, WriterError, WriterIdentity } from './ledger';
import type { WriterSession } from './writer-session';

export interface WriterOptions {
  readonly client: number;
  readonly kind: WriterIdentity['kind'];
  readonly connect: () => Promise<WriterSession>;
  /**
   * Asked when the server refused a write as read only: whether the host name still leads to it, so that the same
   * connection is worth another try. Without it the client reconnects, as a pool does.
   */
  readonly stillLeadsTo?: (session: WriterSession) => Promise<boolean>;
  /** Milliseconds of the machine's monotonic clock. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly pauseMs: number;
}

/** Answers to COMMIT that say the transaction was not applied; after any other error it may have been. */
const REFUSED_COMMIT = new Set(['ER_OPTION_PREVENTS_STATEMENT', 'ER_READ_ONLY_MODE', 'ER_LOCK_DEADLOCK']);

const FIRST_BACKOFF_MS = 2;
/** Small, so that the gap the probes see is the switch's and not theirs; pooled clients may take longer. */
const MAX_BACKOFF_MS = { probe: 10, pooled: 50 } as const;

/**
 * One client of the application: writes sequence numbers one after another, each in a transaction of its own, and never
 * goes on to the next before it knows that the current one is applied.
 */
export class Writer {
  readonly acknowledgements: Acknowledgement[] = [];
  readonly errors: WriterError[] = [];
  readonly unexpectedDuplicates: { readonly client: number; readonly seq: number }[] = [];
  private seq = 0;
  private start: { readonly firstSeq: number; readonly firstCents: number } | undefined;
  private attempt = 0;
  /** Payloads of attempts at the current number whose COMMIT got no answer. */
  private unsettled: string[] = [];
  private backoffMs = FIRST_BACKOFF_MS;
  private session: WriterSession | undefined;
  private isStopping = false;

  constructor(private readonly options: WriterOptions) {}

  get identity(): WriterIdentity {
    const { client, kind } = this.options;
    return { client, kind, ...(this.start ?? { firstSeq: Infinity, firstCents: 0 }) };
  }

  get unknown(): UnknownWrite | undefined {
    return this.unsettled.length === 0
      ? undefined
      : { client: this.options.client, seq: this.seq, payloads: [...this.unsettled] };
  }

  /** Resolves after `stop`, when the transaction under way has ended. */
  async run(): Promise<void> {
    while (!this.isStopping) {
      try {
        this.session ??= await this.open();
        await this.writeOnce(this.session);
        this.backoffMs = FIRST_BACKOFF_MS;
        await this.options.sleep(this.options.pauseMs);
      } catch (error) {
        this.errors.push({ client: this.options.client, code: codeOf(error), atMs: this.options.now() });
        if (!(await this.isWorthKeeping(error))) this.close();
        await this.options.sleep(this.backoffMs);
        this.backoffMs = Math.min(this.backoffMs * 2, MAX_BACKOFF_MS[this.options.kind]);
      }
    }
    this.close();
  }

  stop(): void {
    this.isStopping = true;
  }

  /** For a writer whose server does not answer: what was under way ends with an error now. */
  close(): void {
    this.session?.close();
    this.session = undefined;
  }

  /**
   * A handshake for every refused write would load a small machine until it is the handshakes that are measured. The
   * transaction is rolled back first: the next START TRANSACTION would commit what is left of it.
   */
  private async isWorthKeeping(error: unknown): Promise<boolean> {
    const { session } = this;
    const { stillLeadsTo } = this.options;
    if (!session || !stillLeadsTo || codeOf(error) !== 'ER_OPTION_PREVENTS_STATEMENT') return false;
    try {
      await session.rollback();
      return await stillLeadsTo(session);
    } catch {
      return false;
    }
  }

  private async open(): Promise<WriterSession> {
    const session = await this.options.connect();
    try {
      this.start ??= await this.findStart(session);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  private async findStart(session: WriterSession): Promise<{ firstSeq: number; firstCents: number }> {
    const { lastSeq, cents } = await session.baseline(this.options.client);
    this.seq = lastSeq + 1;
    return { firstSeq: this.seq, firstCents: cents };
  }

  private async writeOnce(session: WriterSession): Promise<void> {
    const { client } = this.options;
    this.attempt += 1;
    const payload = `client ${String(client)} write ${String(this.seq)} attempt ${String(this.attempt)}`;
    try {
      await session.prepare({ client, seq: this.seq, payload });
    } catch (error) {
      if (codeOf(error) !== 'ER_DUP_ENTRY') throw error;
      await this.settle(session);
      return;
    }
    const sentMs = this.options.now();
    try {
      await session.commit();
    } catch (error) {
      if (!REFUSED_COMMIT.has(codeOf(error))) this.unsettled.push(payload);
      throw error;
    }
    this.acknowledge({ payload, serverUuid: session.serverUuid, sentMs, kind: 'written' });
  }

  /** The row is there already: an earlier COMMIT had been applied after all, unless there was none to be unsure of. */
  private async settle(session: WriterSession): Promise<void> {
    const { client } = this.options;
    const row = await session.find(client, this.seq);
    if (row === undefined)
      throw Object.assign(new Error('The row is locked by another transaction.'), { code: 'ROW_PENDING' });
    if (!this.unsettled.includes(row.payload)) this.unexpectedDuplicates.push({ client, seq: this.seq });
    this.acknowledge({ ...row, sentMs: this.options.now(), kind: 'found' });
    this.close();
  }

  private acknowledge(part: Omit<Acknowledgement, 'client' | 'seq' | 'ackMs'>): void {
    this.acknowledgements.push({ client: this.options.client, seq: this.seq, ackMs: this.options.now(), ...part });
    this.seq += 1;
    this.attempt = 0;
    this.unsettled = [];
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  // mysql2 gives no code when a statement meets a connection that it has seen closing.
  return error instanceof Error && 'fatal' in error ? 'CONNECTION_CLOSED' : 'UNKNOWN';
}
