/** The one family of errors that a person may meet. */
export type ErrorSource = 'user' | 'tool' | 'aws' | 'mysql';

export interface UpgradeErrorOptions {
  /** Stable, kebab-case; people and scripts recognise it. */
  readonly code: string;
  readonly source: ErrorSource;
  /** Whether the same call may succeed when simply made again. */
  readonly retryable?: boolean;
  /** What to do next, in full sentences. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** `message` is the terse summary; what happened, why it matters and the fix stand in `hint`. Never holds a secret. */
export class UpgradeError extends Error {
  readonly code: string;
  readonly source: ErrorSource;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(message: string, options: UpgradeErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UpgradeError';
    this.code = options.code;
    this.source = options.source;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
  }
}

/** A call whose outcome is not known: it may have been done. Whoever gets it must probe before trying again (I6). */
export class OutcomeUnknownError extends UpgradeError {
  constructor(message: string, options: Omit<UpgradeErrorOptions, 'code' | 'retryable'>) {
    super(message, { ...options, code: 'outcome-unknown', retryable: false });
    this.name = 'OutcomeUnknownError';
  }
}

/** Message and, where there is one, what to do next: for places that show one text. */
export function explain(error: unknown): string {
  return error instanceof UpgradeError && error.hint !== undefined
    ? `${error.message}. ${error.hint}`
    : messageOf(error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
