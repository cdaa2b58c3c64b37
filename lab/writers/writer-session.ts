/** The row a writer inserts. */
export interface LedgerWrite {
  readonly client: number;
  readonly seq: number;
  readonly payload: string;
}

/** A client's connection to whichever server its host name led to. Rejections carry `code` and, from a server, `errno`. */
export interface WriterSession {
  readonly serverUuid: string;
  /** Everything of the transaction but its COMMIT: when it rejects, nothing was applied. */
  prepare(write: LedgerWrite): Promise<void>;
  commit(): Promise<void>;
  /** The row with this key, if the server has it. */
  find(client: number, seq: number): Promise<{ readonly payload: string; readonly serverUuid: string } | undefined>;
  /** The greatest sequence number of the client, 0 when it has none. */
  lastSeq(client: number): Promise<number>;
  close(): void;
}
