/** One connection on which statements of the application are run again, so that nothing can come of it. */
import type { Row } from './mysql-server';

export interface ReadCaps {
  /** The server ends a statement after this; a little later it is killed. */
  readonly timeoutMs: number;
  /** Rows that are read of an answer; then the statement is ended. */
  readonly rows: number;
}

export interface ReadColumn {
  readonly name: string;
  /** Type as the protocol numbers it (mysql: enum_field_types). */
  readonly type: number;
}

/** A cell as the text protocol has it; null is NULL. */
export type Cell = Buffer | null;

/** Takes the rows of one answer. */
export interface RowSink {
  columns(columns: readonly ReadColumn[]): void;
  row(cells: readonly Cell[]): void;
  /** Codes of the warnings behind the last row, sorted, each as often as it came. Not told of an answer that was cut short. */
  warnings?(codes: readonly number[]): void;
}

export interface ReadToRun {
  /** The default schema of its session; undefined: none, so that names without a schema are refused. */
  readonly schema: string | undefined;
  readonly text: string;
}

export type ReadOutcome =
  | {
      readonly is: 'read';
      readonly ms: number;
      readonly rows: number;
      /** More than `ReadCaps.rows`. */ readonly isCut: boolean;
    }
  /** Answered with an error; the message may hold values of the statement. */
  | {
      readonly is: 'failed';
      readonly ms: number;
      readonly errno: number;
      readonly code: string;
      readonly message: string;
    }
  /** It took longer than `ReadCaps.timeoutMs`. */
  | { readonly is: 'late'; readonly ms: number };

export interface ReadRunner {
  /**
   * Leaves no transaction open. Rejects when the connection is lost, and with the signal's reason; whatever ran then has been
   * killed.
   */
  run(read: ReadToRun, signal: AbortSignal, sink?: RowSink): Promise<ReadOutcome>;
  /** Rows of a traditional EXPLAIN, which runs nothing. Rejects when the server cannot explain it. */
  explain(read: ReadToRun, signal: AbortSignal): Promise<readonly Row[]>;
  /** Never throws. */
  close(): Promise<void>;
}
