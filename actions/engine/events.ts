/** All that a person or a script sees is rendered from these. Times are milliseconds; `at` is ISO 8601. */
import type { Check } from './step';

export type UpgradeEvent =
  | { readonly type: 'step-started'; readonly id: string; readonly title: string }
  | {
      readonly type: 'step-ended';
      readonly id: string;
      readonly title: string;
      readonly outcome: 'done' | 'already-done' | 'failed' | 'blocked' | 'undone';
      readonly durationMs: number;
      readonly evidence?: string;
      readonly reason?: string;
    }
  /** Sent at least every 5 s while something is waited for. */
  | { readonly type: 'waiting'; readonly reason: string; readonly elapsedMs: number; readonly budgetMs: number }
  | {
      readonly type: 'gate';
      readonly name: string;
      readonly value: string;
      readonly limit: string;
      readonly ok: boolean;
      readonly reason?: string;
      /** What `value` says, for scripts; units are in the names. */
      readonly measured?: Readonly<Record<string, number | string | null>>;
    }
  | {
      readonly type: 'cutover-state';
      readonly direction: 'cutover' | 'rollback';
      readonly state: string;
      readonly elapsedMs: number;
      readonly reason?: string;
    }
  /** Shown before the fence: what a person types when the tool is gone. */
  | { readonly type: 'manual-undo'; readonly commands: readonly string[] }
  | { readonly type: 'note'; readonly level: 'info' | 'warning'; readonly code: string; readonly text: string };

export type Emit = (event: UpgradeEvent) => void;

/** What `plan` found: the steps' own checks, in order. Rendered as text, Markdown and JSON. */
export interface Plan {
  readonly format: 1;
  readonly name: string;
  readonly lineage: string | undefined;
  readonly stateSerial: number;
  readonly configHash: string;
  readonly sections: readonly PlanSection[];
  /** Parameters of blue that green cannot carry. */
  readonly notCarried: readonly { readonly name: string; readonly value: string; readonly reason: string }[];
}

export interface PlanSection {
  /** e.g. `apply`, `cdktf deploy`, `cutover`, `rollback`, `finalize`. */
  readonly command: string;
  readonly title: string;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly check: Check;
  /** Writes of the application are blocked from the first such step to the last. */
  readonly blocksWrites: boolean;
  /** The commit point lies after this step. */
  readonly commitPoint: boolean;
  readonly undo: string;
}
