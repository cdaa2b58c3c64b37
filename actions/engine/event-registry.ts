/** What every event says, field by field: docs/messages.md is made from it. A field without words does not compile. */
import type { UpgradeEvent } from './events';

type Of<T extends UpgradeEvent['type']> = Extract<UpgradeEvent, { readonly type: T }>;

export interface DescribedEvent<T extends UpgradeEvent['type']> {
  /** When it is told. */
  readonly when: string;
  readonly fields: Readonly<Record<Exclude<keyof Of<T>, 'type'>, string>>;
  /** With every field, also the optional ones. */
  readonly example: Required<Of<T>>;
}

export const EVENTS: { readonly [T in UpgradeEvent['type']]: DescribedEvent<T> } = {
  'step-started': {
    when: 'A step begins to act, after its check has found something missing. The state has recorded it durably before.',
    fields: { id: 'The step, as in docs/steps.md.', title: 'The step in words.' },
    example: { type: 'step-started', id: 'create-tool-schema', title: "Create the tool's own schema on blue" },
  },
  'step-ended': {
    when: 'A step has ended, one way or another.',
    fields: {
      id: 'The step, as in docs/steps.md.',
      title: 'The step in words.',
      outcome:
        '`done`: it acted and its result was seen. `already-done`: there was nothing to do. `failed`, `blocked`: see `reason`. `undone`: taken back.',
      durationMs: 'How long it took.',
      evidence: 'What was seen, when it is done.',
      reason: 'Why it failed.',
    },
    example: {
      type: 'step-ended',
      id: 'enable-binlog-on-blue',
      title: 'Turn the binary log of blue on',
      outcome: 'done',
      durationMs: 5120,
      evidence: 'binlog_format is ROW on the writer',
      reason: '',
    },
  },
  waiting: {
    when: 'At least every 5 s while something is waited for: the heartbeat. Plain log lines repeat one wait every 10 s.',
    fields: {
      reason: 'What is waited for, and what was seen last.',
      elapsedMs: 'Since the wait began.',
      budgetMs: 'The longest that it will last.',
    },
    example: { type: 'waiting', reason: 'green to catch up: 12 s behind', elapsedMs: 15000, budgetMs: 21600000 },
  },
  gate: {
    when: 'Before a switch: one condition, measured. One that does not hold refuses the switch.',
    fields: {
      name: 'The gate.',
      value: 'What was measured, for people.',
      limit: 'What it may be.',
      ok: 'Whether it holds.',
      reason: 'What to do where it does not hold.',
      measured: 'What was measured, for scripts; units are in the names.',
    },
    example: {
      type: 'gate',
      name: 'replication lag',
      value: '0 s',
      limit: '5 s',
      ok: true,
      reason: '',
      measured: { lagSeconds: 0 },
    },
  },
  'cutover-state': {
    when: 'The machine of a switch enters a state.',
    fields: {
      direction: '`cutover` or `rollback`.',
      state:
        '`fencing`, `draining`, `arming`, `opening` (the commit point), `routing`, `confirming`, `undoing`, `done`, `aborted`, `stalled`.',
      elapsedMs: 'Since the switch began.',
      reason: 'Why it is undone or stands still.',
    },
    example: { type: 'cutover-state', direction: 'cutover', state: 'opening', elapsedMs: 184, reason: '' },
  },
  'manual-undo': {
    when: 'Before the fence of a switch closes: what a person types when the tool and its machine are gone.',
    fields: { commands: 'Shell commands, in order.' },
    example: {
      type: 'manual-undo',
      commands: ['mysql -h orders-blue.cluster-abc.eu-west-1.rds.amazonaws.com -e "CALL mysql.rds_set_read_only(0)"'],
    },
  },
  note: {
    when: 'Something that people should know and that ends nothing.',
    fields: { level: '`info` or `warning`.', code: 'Stable, for scripts.', text: 'One sentence or two.' },
    example: {
      type: 'note',
      level: 'warning',
      code: 'webhook-failed',
      text: 'the webhook was not told: it answered 500',
    },
  },
};
