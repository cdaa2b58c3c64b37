/** What a rehearsal showed: one screen for people, one object for scripts. Pure. */
import { canonicalJson } from '../engine/canonical-json';
import { paintWith } from './colour';
import { formatDuration } from './duration';
import { renderTable } from './table';

export interface RehearsalResult {
  readonly type: 'rehearsal';
  readonly ok: boolean;
  /** e.g. `57-97`. */
  readonly pair: string;
  /** Absent when the rehearsal ended before it. */
  readonly cutover?: SwitchTimes;
  readonly rollback?: SwitchTimes;
  readonly writes: {
    readonly acknowledged: number;
    /** Acknowledged, and on no side at the end. */
    readonly lost: number;
    /** Applied more than once. */
    readonly duplicated: number;
    /** Instants at which both sides accepted writes. */
    readonly dual: number;
  };
  /** Changes that Terraform wanted in each phase; 0 keeps the promise. A phase that was not reached is absent. */
  readonly terraformPending: {
    readonly deployed?: number;
    readonly replicating?: number;
    readonly switched?: number;
    readonly rolledBack?: number;
  };
  readonly durationMs?: number;
  readonly reportFile?: string;
  /** How long each step took: see `cutover.timings` of upgrade.yaml. */
  readonly timingsFile?: string;
  /** `VERSION()` of each side. */
  readonly servers?: { readonly blue: string; readonly green: string };
  readonly steps?: readonly { readonly title: string; readonly durationMs: number; readonly ok: boolean }[];
}

/** As clients saw it: between the last write acknowledged on one side and the first on the other. */
export interface SwitchTimes {
  readonly gapMs: number;
  /** From the first write on the new side until no name lookup answered with the old one. */
  readonly dnsTailMs: number;
}

/** No line break at the end. */
export function renderRehearsalText(
  result: RehearsalResult,
  { colour = false }: { readonly colour?: boolean } = {},
): string {
  const paint = paintWith(colour);
  const { writes, servers, durationMs } = result;
  const mark = (isGood: boolean): string => (isGood ? paint('good', '✓') : paint('bad', '✗'));
  const verdict = result.ok ? paint('good', '✓ rehearsal passed') : paint('bad', '✗ rehearsal failed');
  const facts = [
    `pair ${result.pair}`,
    ...(servers ? [`blue ${servers.blue}, green ${servers.green}`] : []),
    ...(durationMs === undefined ? [] : [`took ${formatDuration(durationMs)}`]),
  ];
  const parts = [`${verdict}: ${facts.join('; ')}`];
  if (result.steps && result.steps.length > 0) {
    parts.push(
      result.steps.map((step) => `  ${mark(step.ok)} ${step.title} (${formatDuration(step.durationMs)})`).join('\n'),
    );
  }
  parts.push(
    renderTable([
      ['', 'write gap', 'DNS tail'],
      ['cutover', ...timesOf(result.cutover)],
      ['rollback', ...timesOf(result.rollback)],
    ]),
    [
      'writes, compared with both servers at the end',
      `    ${writes.acknowledged} acknowledged`,
      `  ${mark(writes.lost === 0)} ${writes.lost} lost`,
      `  ${mark(writes.duplicated === 0)} ${writes.duplicated} applied twice`,
      `  ${mark(writes.dual === 0)} ${writes.dual} instants with two writers`,
    ].join('\n'),
    ['changes that Terraform wanted', ...terraformRows(result, mark)].join('\n'),
  );
  if (result.reportFile !== undefined) parts.push(`report: ${result.reportFile}`);
  if (result.timingsFile !== undefined)
    parts.push(
      `timings: ${result.timingsFile} (beside upgrade.yaml, or named in cutover.timings, the budget is kept by them)`,
    );
  return parts.join('\n\n');
}

/** One object with sorted keys, without a line break. */
export function renderRehearsalJson(result: RehearsalResult): string {
  return canonicalJson(result);
}

function timesOf(times: SwitchTimes | undefined): readonly string[] {
  return times ? [formatDuration(times.gapMs), formatDuration(times.dnsTailMs)] : ['not reached', '-'];
}

function terraformRows(result: RehearsalResult, mark: (isGood: boolean) => string): readonly string[] {
  const { deployed, replicating, switched, rolledBack } = result.terraformPending;
  const row = (when: string, pending: number | undefined): string =>
    pending === undefined ? `    ${when}: not reached` : `  ${mark(pending === 0)} ${when}: ${pending}`;
  return [
    row('after deploy', deployed),
    row('replicating', replicating),
    row('switched', switched),
    row('rolled back', rolledBack),
  ];
}
