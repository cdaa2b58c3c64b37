/**
 * How the one budget of a switch is spent: what each step is expected to need, learnt from earlier switches or a rehearsal, and
 * whether what is left suffices. Pure; all times are milliseconds.
 */
import type { CutoverSummary, Direction } from '../state/format';

/** The steps that writes wait for, and undoing. */
export type BudgetStep = 'fencing' | 'draining' | 'arming' | 'opening' | 'routing' | 'undoing';

export type StepTimes = Readonly<Record<BudgetStep, number>>;

/** What steps are expected to need, and where that is known from, for people. */
export interface Needs {
  readonly ms: StepTimes;
  readonly source: string;
}

/** Durations of successful steps by direction, oldest first, as a rehearsal leaves them. */
export type Timings = Readonly<Partial<Record<Direction, Partial<Readonly<Record<BudgetStep, readonly number[]>>>>>>;

export const BUDGET_STEPS: readonly BudgetStep[] = ['fencing', 'draining', 'arming', 'opening', 'routing', 'undoing'];

/** For a first switch that nobody has rehearsed: behind the pre-drain little is left to apply, the fence that lasts is closed while arming. */
export const DEFAULT_NEEDS: Needs = {
  ms: { fencing: 1_000, draining: 500, arming: 1_000, opening: 1_000, routing: 1_000, undoing: 2_000 },
  source: 'defaults',
};

/** As many switches back as are looked at: servers and loads change. */
const REMEMBERED = 5;
/** What was quicker once is still expected to need this much. */
const FLOOR_MS = 100;

/**
 * Earlier switches of this upgrade in the same direction tell most, then a rehearsal, then the defaults. The median of the
 * last ones: a single slow step must not forbid every later switch.
 */
export function learnNeeds(history: readonly CutoverSummary[], direction: Direction, rehearsed?: Timings): Needs {
  const own = timingsOf(history)[direction] ?? {};
  const other = rehearsed?.[direction] ?? {};
  const sources = new Set<string>();
  const pick = (step: BudgetStep): number => {
    for (const [source, known] of [
      [`earlier switches of this upgrade`, own],
      ['the rehearsal', other],
    ] as const) {
      const last = (known[step] ?? []).slice(-REMEMBERED);
      if (last.length === 0) continue;
      sources.add(source);
      return Math.max(FLOOR_MS, Math.round(median(last)));
    }
    if (step !== 'undoing') sources.add('defaults');
    return DEFAULT_NEEDS.ms[step];
  };
  const ms: StepTimes = {
    fencing: pick('fencing'),
    draining: pick('draining'),
    arming: pick('arming'),
    opening: pick('opening'),
    routing: pick('routing'),
    undoing: pick('undoing'),
  };
  return { ms, source: [...sources].join(' and ') };
}

/** Steps of switches that came to their end, and undoing wherever it came to its own. */
export function timingsOf(history: readonly CutoverSummary[]): Timings {
  const found: Partial<Record<Direction, Partial<Record<BudgetStep, number[]>>>> = {};
  for (const { direction, outcome, steps } of history) {
    for (const { id, durationMs, outcome: ended } of steps) {
      const step = BUDGET_STEPS.find((one) => one === id);
      if (step === undefined || ended !== 'ok' || (outcome !== 'done' && step !== 'undoing')) continue;
      const known = (found[direction] ??= {});
      (known[step] ??= []).push(durationMs);
    }
  }
  return found;
}

/**
 * What must be left at the commit point: from there the switch is either undone or opened and routed, and nobody knows which
 * before. `undoReserveMs` is the least; what was learnt may take half of the budget at most.
 */
export function keptMs(budgetMs: number, undoReserveMs: number, needs?: Needs): number {
  if (!needs) return undoReserveMs;
  const { undoing, opening, routing } = needs.ms;
  return Math.max(undoReserveMs, Math.min(budgetMs / 2, Math.max(undoing, opening + routing)));
}

const BEFORE_COMMIT = ['fencing', 'draining', 'arming'] as const;

/** From the beginning of a step to the commit point. */
export function toCommitMs(needs: Needs, from: (typeof BEFORE_COMMIT)[number]): number {
  return BEFORE_COMMIT.slice(BEFORE_COMMIT.indexOf(from)).reduce((sum, step) => sum + needs.ms[step], 0);
}

/** Why a step must not begin with so much time until the last moment to commit; undefined when it may. */
export function shortfall(needs: Needs, step: (typeof BEFORE_COMMIT)[number], leftMs: number): string | undefined {
  const needed = toCommitMs(needs, step);
  if (leftMs >= needed) return undefined;
  const rest = BEFORE_COMMIT.slice(BEFORE_COMMIT.indexOf(step)).join(' and ');
  return (
    `too little time for ${rest}: ${seconds(leftMs)} are left before the time kept for undoing begins, ` +
    `${seconds(needed)} are needed (${needs.source})`
  );
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  // The upper one of two: too little is the worse mistake.
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
