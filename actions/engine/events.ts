/** All that a person or a script sees is rendered from these. Times are milliseconds; `at` is ISO 8601. */
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
