/** Options that every verb takes, as commander hands them over. */
export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly autoApprove?: boolean;
}

/** What a verb answers: its exit code. */
export type Verb<O extends CommonOptions = CommonOptions> = (options: O) => Promise<number>;
