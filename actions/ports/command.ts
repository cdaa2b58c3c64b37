/** Programs of the operator's own, for what only they know how to switch or stop. */
import type { CallLimits } from './mysql-server';

export interface Command {
  /** A name that is looked up in PATH, or a path from the folder of upgrade.yaml. */
  readonly program: string;
  readonly args: readonly string[];
  /** In addition to what the tool itself was given. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `output`: the end of both streams, in the order of arrival, with the secrets of the environment masked. */
export type CommandOutcome =
  | { readonly is: 'exited'; readonly exitCode: number; readonly output: string }
  /** Ended by a signal, with all its children when the tool sent it: what it had done by then is unknown. */
  | { readonly is: 'killed'; readonly why: string; readonly output: string }
  /** Nothing was done. */
  | { readonly is: 'not-started'; readonly why: string };

export interface CommandRunner {
  /**
   * Runs without a shell, in a process group of its own, so that Ctrl-C in the terminal reaches the tool only. Killed when
   * the time of `within` is over or its signal is aborted. Never throws.
   */
  run(command: Command, within: CallLimits): Promise<CommandOutcome>;
}
