/** Carries out a switch: the machine says what, the effects do it, the state remembers it. */
import { explain, messageOf, OutcomeUnknownError, UpgradeError } from '../engine/errors';
import type { CallLimits } from '../ports/mysql-server';
import type { CutoverRecord, CutoverSummary, UpgradeState } from '../state/format';
import type { StateSession } from '../state/state-session';
import { armWayBack } from './effects/arm-way-back';
import { compareInsideFence, planComparisonInsideFence } from './effects/compare-inside-fence';
import { confirmWayBack } from './effects/confirm-way-back';
import { drain } from './effects/drain';
import { fenceWrites } from './effects/fence-writes';
import { openWrites } from './effects/open-writes';
import { switchEndpoints } from './effects/switch-endpoints';
import { undoSwitch } from './effects/undo-switch';
import { preDrain, prepareHold, restartChannel, warmUp } from './before-the-fence';
import { learnNeeds, type Timings } from './budget';
import { passGates, type GateContext, type KeptAnswers } from './gates';
import { endSnapshot, snapshotAfterAll, snapshotAtFence, wantsSnapshot } from './snapshot-at-fence';
import { positionsOf, restored } from './switch-record';
import { next, type Effect, type Input, type MachineState } from './machine';
import type { SwitchContext } from './switch-context';
import type { TrafficSampler } from './traffic';

export type SwitchOutcome =
  | { readonly is: 'done' | 'aborted'; readonly summary: CutoverSummary }
  | { readonly is: 'stalled'; readonly resumeAt: 'opening' | 'undoing'; readonly reason: string };

const EFFECTS: Readonly<Record<Effect, (context: SwitchContext) => Promise<void>>> = {
  fencing: fenceWrites,
  draining: drainAndCompare,
  arming: armWayBack,
  opening: openWrites,
  routing: switchEndpoints,
  confirming: confirmWayBack,
  undoing: undoSwitch,
};

/** Both sides stand at one position from then on, unless the fence that lasts lets something in. */
async function drainAndCompare(context: SwitchContext): Promise<void> {
  await drain(context);
  await compareInsideFence(context, context.found.recentChunks);
}

/** After the commit there is no deadline to undo by; a call may still not hang for ever. */
const AFTER_COMMIT_MS = 120_000;
const LEAST_MS = 5_000;
const AGAIN_MS = 500;
const GATE_MS = 15_000;
/** What the gates have measured counts for so long. */
const FRESH_MS = 1_000;

export interface Switch {
  /** Everything but what depends on the running effect. */
  readonly base: Omit<SwitchContext, 'within' | 'signal' | 'rememberPositions'>;
  readonly session: StateSession;
  /** What a rehearsal noted. */
  readonly timings?: Timings;
  /** For the report; silent while writes are blocked. */
  readonly traffic?: TrafficSampler;
  /** Keeps the state when it cannot be written where it belongs; answers where, for people. */
  readonly saveElsewhere?: (state: UpgradeState) => Promise<string>;
  /** Aborted by the first Ctrl-C; heeded before the commit only. */
  readonly interrupt: AbortSignal;
}

/** For looking at the gates of a switch that has not begun. */
export function gateContext(it: Switch): GateContext {
  const context = contextFor(it, () => ({ timeoutMs: GATE_MS, signal: it.interrupt }), it.interrupt);
  return it.timings ? { ...context, timings: it.timings } : context;
}

/** Refuses with `BlockedError` before any effect when a gate is not ok. */
export async function startSwitch(it: Switch): Promise<SwitchOutcome> {
  const context = contextFor(it, () => ({ timeoutMs: GATE_MS, signal: it.interrupt }), it.interrupt);
  await context.locks.take();
  it.traffic?.begin();
  await restartChannel(context);
  const asked = gateContext(it);
  const kept: KeptAnswers = new Map();
  const began = now(it);
  await passGates(asked, kept);
  context.emit({ type: 'manual-undo', commands: manualUndo(context) });
  const recentChunks = await planComparisonInsideFence(context, context.servers, context.from);
  if (recentChunks) context.found.recentChunks = recentChunks;
  await preDrain(context);
  // The world has had time to change.
  if (now(it) - began > FRESH_MS) await passGates(asked, kept);
  const ready = (await prepareHold(context)) ? it : { ...it, base: { ...it.base, hold: undefined } };
  await warmUp(context);
  it.interrupt.throwIfAborted();
  const { budget: budgetMs, undoReserve: undoReserveMs } = it.base.config.cutover;
  const needs = learnNeeds(it.session.state.history, it.base.direction, it.timings);
  await it.traffic?.pause();
  return drive(ready, { at: 'idle' }, { kind: 'start', now: now(it), budgetMs, undoReserveMs, needs });
}

/** Goes on with a switch that a process has left on disk: undoes before the commit, completes after it. */
export async function resumeSwitch(it: Switch, record: CutoverRecord): Promise<SwitchOutcome> {
  await it.base.locks.take();
  if (record.finalPosition) it.base.found.finalPosition = record.finalPosition;
  if (record.reversePosition) it.base.found.reversePosition = record.reversePosition;
  const isCommitted = record.state === 'opening' || record.resumeAt === 'opening';
  if (isCommitted) beginSnapshot(it, snapshotAfterAll);
  return drive(it, restored(record), { kind: 'resume', now: now(it) });
}

function beginSnapshot(it: Switch, begin: typeof snapshotAtFence): void {
  const { finalPosition } = it.base.found;
  if (!finalPosition || !wantsSnapshot(it.base)) return;
  it.base.found.snapshot = begin({ ...it.base, signal: new AbortController().signal }, finalPosition);
}

/** What a person types when the tool and this machine are gone before the commit. */
export function manualUndo(context: Pick<SwitchContext, 'fences' | 'from'>): readonly string[] {
  return context.fences[context.from].manualOpen();
}

async function drive(it: Switch, from: MachineState, first: Input): Promise<SwitchOutcome> {
  const start = now(it);
  const steps: CutoverSummary['steps'][number][] = [];
  let openedAfterMs: number | undefined;
  let state = from;
  let input = first;
  let commitIsUnknown = false;
  for (;;) {
    const step = next(state, input);
    const entered = step.state;
    it.base.emit({
      type: 'cutover-state',
      direction: it.base.direction,
      state: entered.at,
      elapsedMs: now(it) - start,
      ...('reason' in entered ? { reason: entered.reason } : {}),
    });
    if (!step.effect) return settle(it, entered, steps, openedAfterMs);
    if (step.persist) {
      const refusal = await persist(it, entered);
      if (refusal !== undefined) {
        if (entered.at === 'fencing') throw refusal;
        if (entered.at === 'opening' && state.at === 'arming') {
          commitIsUnknown = true;
          input = { kind: 'failed', now: now(it), reason: messageOf(refusal) };
          continue;
        }
        it.base.emit({ type: 'note', level: 'warning', code: 'state-not-written', text: messageOf(refusal) });
        if (entered.at === 'undoing' && commitIsUnknown) {
          const found = await recordOnDisk(it);
          if (found !== 'fencing') {
            const reason = `the state could not be written: ${messageOf(refusal)}`;
            // On disk it is committed, or nobody knows: undoing now could make a second writer of the next process.
            state = found === 'opening' ? { at: 'opening' } : state;
            if (found === 'unknown') return { is: 'stalled', resumeAt: 'undoing', reason };
            input = { kind: 'resume', now: now(it) };
            continue;
          }
        }
      }
    }
    state = entered;
    if (state.at === 'opening' && !it.base.found.snapshot) beginSnapshot(it, snapshotAtFence);
    if (step.effect === 'confirming') it.traffic?.resume();
    const began = now(it);
    const openBy = from.at === 'idle' ? start + it.base.config.cutover.budget : undefined;
    input = await carryOut(it, step.effect, state, openBy);
    // Nobody can write: a person is called only when asking again within the budget has not helped.
    while (openBy !== undefined && step.effect === 'opening' && isWorthAnother(input, openBy)) {
      it.base.emit({ type: 'note', level: 'warning', code: 'opening-again', text: `${input.reason}; trying again` });
      await it.base.clock.sleep(AGAIN_MS, new AbortController().signal);
      input = await carryOut(it, step.effect, state, openBy);
    }
    steps.push({ id: step.effect, startMs: began - start, durationMs: now(it) - began, outcome: input.kind });
    if (step.effect === 'opening' && input.kind === 'ok' && from.at === 'idle') openedAfterMs = now(it) - start;
  }
}

type Failed = Extract<Input, { kind: 'failed' }>;

function isWorthAnother(input: Input, until: number): input is Failed {
  return input.kind === 'failed' && input.isPassing === true && input.now + AGAIN_MS < until;
}

/** While nobody can write, a person is told by the end of the budget. */
function afterCommitMs(it: Switch, effect: Effect, openBy: number | undefined): number {
  if (effect === 'undoing') return it.base.config.cutover.undoReserve;
  return effect === 'opening' && openBy !== undefined ? Math.max(openBy - now(it), LEAST_MS) : AFTER_COMMIT_MS;
}

/** Runs one effect to its end: its calls are bounded by the deadline, so nothing is running any more when it returns. */
async function carryOut(it: Switch, effect: Effect, state: MachineState, openBy: number | undefined): Promise<Input> {
  const isReversible = 'commitBy' in state;
  const deadline = isReversible ? state.commitBy : now(it) + afterCommitMs(it, effect, openBy);
  const signal = isReversible ? it.interrupt : new AbortController().signal;
  const within = (): CallLimits => {
    const timeoutMs = deadline - now(it);
    if (timeoutMs <= 0 && effect !== 'undoing')
      throw new UpgradeError(`no time is left for ${effect}`, { code: 'deadline', source: 'tool', retryable: true });
    // Undoing goes on past its reserve: stopping half-way would help nobody.
    return { timeoutMs: Math.max(timeoutMs, 1_000), signal };
  };
  try {
    await EFFECTS[effect](contextFor(it, within, signal));
    return it.interrupt.aborted && isReversible ? { kind: 'interrupt', now: now(it) } : { kind: 'ok', now: now(it) };
  } catch (error) {
    if (it.interrupt.aborted && isReversible) return { kind: 'interrupt', now: now(it) };
    const isPassing = error instanceof OutcomeUnknownError || (error instanceof UpgradeError && error.retryable);
    return { kind: 'failed', now: now(it), reason: explain(error), isPassing };
  }
}

function contextFor(it: Switch, within: () => CallLimits, signal: AbortSignal): SwitchContext {
  return {
    ...it.base,
    within,
    signal,
    rememberPositions: () =>
      it.session.update((state) =>
        state.cutover ? { ...state, cutover: { ...state.cutover, ...positionsOf(it.base.found) } } : state,
      ),
  };
}

/** Which record of this switch is durable, after writes that failed. */
async function recordOnDisk(it: Switch): Promise<'fencing' | 'opening' | 'unknown'> {
  try {
    const { cutover } = await it.session.readBack();
    return cutover?.state === 'opening' ? 'opening' : 'fencing';
  } catch {
    return 'unknown';
  }
}

/** Undefined when it is durable. */
async function persist(it: Switch, state: MachineState): Promise<unknown> {
  try {
    await it.session.update((current) => ({ ...current, cutover: recordOf(it, current, state) }));
    return undefined;
  } catch (error) {
    return error;
  }
}

function recordOf(it: Switch, current: UpgradeState, state: MachineState): CutoverRecord {
  if (state.at !== 'fencing' && state.at !== 'opening' && state.at !== 'undoing' && state.at !== 'stalled') {
    throw new RangeError(`${state.at} is not kept on disk`);
  }
  return {
    id: it.base.id,
    direction: it.base.direction,
    state: state.at,
    startedAt: current.cutover?.startedAt ?? it.base.clock.now().toISOString(),
    ...('resumeAt' in state ? { resumeAt: state.resumeAt } : {}),
    ...('reason' in state ? { reason: state.reason } : {}),
    ...positionsOf(it.base.found),
  };
}

async function settle(
  it: Switch,
  state: MachineState,
  steps: CutoverSummary['steps'],
  openedAfterMs: number | undefined,
): Promise<SwitchOutcome> {
  if (state.at === 'stalled') {
    const refusal = await persist(it, state);
    if (refusal !== undefined)
      it.base.emit({ type: 'note', level: 'warning', code: 'state-not-written', text: messageOf(refusal) });
    return { is: 'stalled', resumeAt: state.resumeAt, reason: state.reason };
  }
  const { id, direction, from, found, clock } = it.base;
  const isDone = state.at === 'done';
  const snapshot = await endSnapshot(it.base);
  const { finalPosition, reversePosition } = found;
  const summary: CutoverSummary = {
    id,
    direction,
    outcome: isDone ? 'done' : 'aborted',
    startedAt: it.session.state.cutover?.startedAt ?? clock.now().toISOString(),
    endedAt: clock.now().toISOString(),
    ...('reason' in state ? { reason: state.reason } : {}),
    ...(isDone && finalPosition ? { finalPosition } : {}),
    ...(isDone && reversePosition ? { reversePosition } : {}),
    ...(openedAfterMs === undefined ? {} : { blockedMs: openedAfterMs }),
    ...(snapshot ? { snapshot } : {}),
    steps,
  };
  const ended = await tryTo(it, ({ cutover: _ended, ...current }) => ({
    ...current,
    ...(isDone ? { phase: direction === 'cutover' ? ('switched' as const) : ('rolled-back' as const) } : {}),
    facts: isDone && reversePosition ? { ...current.facts, channelStart: { [from]: reversePosition } } : current.facts,
    history: [...current.history, summary],
  }));
  if (ended !== undefined) {
    const reason = `the switch has ended (${state.at}), but that could not be recorded: ${ended}`;
    return { is: 'stalled', resumeAt: isDone ? 'opening' : 'undoing', reason };
  }
  return { is: isDone ? 'done' : 'aborted', summary };
}

/** Undefined when it is durable; else why not, with where the state was kept instead. */
async function tryTo(
  it: Switch,
  change: (state: UpgradeState) => Omit<UpgradeState, 'serial'>,
): Promise<string | undefined> {
  try {
    await it.session.update(change);
    return undefined;
  } catch (error) {
    const { state } = it.session;
    const copy = await it.saveElsewhere?.({ ...change(state), serial: state.serial + 1 }).catch(messageOf);
    return copy === undefined ? messageOf(error) : `${messageOf(error)} (a copy: ${copy})`;
  }
}

function now(it: Switch): number {
  return it.base.clock.monotonicMs();
}
