import type { LedgerSnapshot } from './ledger';

/** What the load should do. Sent over IPC, because it holds a password. */
export interface LoadOptions {
  /** How many writers; the even ones are probes, the odd ones pooled clients. */
  readonly writers: number;
  readonly host: string;
  readonly port: number;
  readonly dns: { readonly host: string; readonly port: number };
  /** PEM of the CA that signed the servers' certificates. */
  readonly ca: string;
  readonly user: string;
  readonly password: string;
  /** Source address of every connection: a member of the application's security group. */
  readonly localAddress: string;
  /** Between two transactions of one writer. */
  readonly pauseMs: number;
}

/** Cheap to ask for, unlike a snapshot. */
export interface LoadProgress {
  readonly acknowledged: number;
  readonly errors: number;
  /** Monotonic; `undefined` before the first acknowledgement. */
  readonly lastAckMs: number | undefined;
  readonly lastServerUuid: string | undefined;
}

export type LoadRequest =
  | { readonly type: 'start'; readonly id: number; readonly options: LoadOptions }
  | { readonly type: 'progress'; readonly id: number }
  | { readonly type: 'snapshot'; readonly id: number }
  /** Writes a snapshot as JSON to the file. */
  | { readonly type: 'save'; readonly id: number; readonly file: string }
  /** Ends the writers; the ledger can still be asked for. */
  | { readonly type: 'stop'; readonly id: number };

export type LoadReply =
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: LoadProgress }
  | { readonly type: 'snapshot'; readonly id: number; readonly snapshot: LedgerSnapshot }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
