/** The row a writer inserts. */
export interface LedgerWrite {
  readonly client: number;
  readonly seq: number;
  readonly payload: string;
}

/** What the server held of a client before the run. */
export interface Baseline {
  /** The greatest sequence number, 0 when there is none. */
  readonly lastSeq: number;
  readonly cents: number;
}

/** A client's connection to whichever server its host name led to. Rejections carry `code` and, from a server, `errno`. */
export interface WriterSession {
  readonly serverUuid: string;
  /** Where the connection leads to. */
  readonly address: string;
  /** Everything of the transaction but its COMMIT: when it rejects, nothing was applied. */
  prepare(write: LedgerWrite): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** The row with this key, if the server has it. */
  find(client: number, seq: number): Promise<{ readonly payload: string; readonly serverUuid: string } | undefined>;
  baseline(client: number): Promise<Baseline>;
  close(): void;
}
