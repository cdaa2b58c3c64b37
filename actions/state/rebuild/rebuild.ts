/**
 * Derives the state of an upgrade anew: facts and step records from AWS and the servers by the steps' own `check`, the phase
 * from channels, read_only and the recorded commits, the lineage from what is left of the old state or from the servers,
 * proven by the account whose password it makes.
 */
import { randomUUID } from 'node:crypto';

import { messageOf, UpgradeError } from '../../engine/errors';
import type { Step, StepContext } from '../../engine/step';
import type { Side } from '../../ports/mysql-server';
import { catalogue, stepsOf } from '../../steps/catalogue';
import {
  servingSide,
  type CutoverSummary,
  type Facts,
  type Phase,
  type RebuildRecord,
  type StepRecord,
  type UpgradeState,
} from '../format';
import type { StateSession } from '../state-session';
import { derivePhase, type Derived, type SeenMarker } from './derive-phase';
import { observeUpgrade, provenLineage, type Observed } from './observe';
import type { Salvage } from './salvage';

export interface Rebuilt {
  readonly state: UpgradeState;
  /** Steps whose check does not say done now, with what it says. */
  readonly open: readonly { readonly id: string; readonly why: string }[];
}

/** `session` is a draft. Throws `rebuild-unclear` where the servers do not tell enough to act upon. */
export async function rebuildState(
  context: StepContext,
  session: StateSession,
  { salvaged, by }: { readonly salvaged: Salvage; readonly by: string },
): Promise<Rebuilt> {
  const seen = await observeUpgrade(context);
  const lineage = await lineageOf(context, seen, salvaged);
  await session.update((state) => ({ ...state, lineage: lineage.value }));
  const markers = seen.markers.flatMap((marker) => commitOf(marker, lineage.value));
  const checks = await checkAll(context, seen);
  const derived = derivePhase({
    blue: seen.blue,
    green: seen.green,
    markers,
    isPrepared: stepsOf('prepare').every(({ id }) => checks.get(id)?.isDone === true),
  });
  if (derived.is === 'unclear') throw unclear(derived.why);
  const at = context.clock.now().toISOString();
  const facts = factsOf(session.state.facts, derived.phase, seen, markers, salvaged);
  const { steps, open } = recordsOf(checks, derived.phase, at);
  return {
    open,
    state: {
      ...session.state,
      serial: serialBeyond(salvaged.serial, context.clock.now()),
      phase: derived.phase,
      facts,
      steps,
      ...(derived.cutover ? { cutover: { id: randomUUID(), startedAt: at, ...derived.cutover } } : {}),
      history: historyOf(markers, salvaged),
      rebuilt: recordOf(derived, lineage.from, facts, { at, by }),
      ...(salvaged.trusted?.audit ? { audit: salvaged.trusted.audit } : {}),
    },
  };
}

/**
 * A serial that no state of this upgrade has had, whatever copies turn up: what is left may be older than what was lost, so
 * the seconds since 1970 count too, which no upgrade's writes overtake.
 */
function serialBeyond(known: number, now: Date): number {
  return Math.max(known + 1, Math.floor(now.getTime() / 1_000));
}

async function lineageOf(
  context: StepContext,
  seen: Observed,
  salvaged: Salvage,
): Promise<{ readonly value: string; readonly from: RebuildRecord['lineageFrom'] }> {
  const sides: readonly Side[] = [
    ...(typeof seen.blue === 'string' ? [] : (['blue'] as const)),
    ...(typeof seen.green === 'string' ? [] : (['green'] as const)),
  ];
  const onServers = [...new Set(seen.markers.map(({ lineage }) => lineage))];
  const proven = await provenLineage(context, sides, [...salvaged.lineages, ...onServers]);
  if (proven !== undefined)
    return { value: proven, from: salvaged.lineages.includes(proven) ? 'old-state' : 'servers' };
  // Nothing has been made on the servers yet, or it was removed: then the last one known is as good as any.
  const last = salvaged.trusted?.lineage ?? onServers[0];
  return last === undefined ? { value: randomUUID(), from: 'new' } : { value: last, from: 'old-state' };
}

interface Found {
  readonly isDone: boolean;
  readonly said: string;
}

/** Steps that only look are carried out in the draft, as a plan does it: later checks need what they remember. */
async function checkAll(context: StepContext, seen: Observed): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const step of catalogue) {
    if (seen.green === 'missing' && step.phase !== 'prepare') continue;
    found.set(step.id, await look(step, context));
  }
  return found;
}

async function look(step: Step, context: StepContext): Promise<Found> {
  try {
    const check = await step.check(context);
    if (check.is === 'done') return { isDone: true, said: check.evidence };
    if (check.is === 'needed' && step.onlyLooks) {
      await step.do(context);
      const after = await step.check(context);
      return after.is === 'done' ? { isDone: true, said: after.evidence } : { isDone: false, said: after.is };
    }
    const said =
      check.is === 'blocked' ? check.problems.map(({ summary }) => summary).join('; ') : `its check says ${check.is}`;
    return { isDone: false, said };
  } catch (error) {
    return { isDone: false, said: messageOf(error) };
  }
}

const ORDER: readonly Phase[] = ['new', 'prepared', 'replicating', 'switched', 'finalized'];
const REACHED_BY: Readonly<Record<Step['phase'], Phase>> = {
  cutover: 'switched',
  prepare: 'prepared',
  replicate: 'replicating',
  finalize: 'finalized',
};

/** What the phase proves to have been done is done, also where its check speaks of another phase (a fenced blue, say). */
function recordsOf(
  checks: ReadonlyMap<string, Found>,
  phase: Phase,
  at: string,
): { readonly steps: Readonly<Record<string, StepRecord>>; readonly open: Rebuilt['open'] } {
  const steps: Record<string, StepRecord> = {};
  const open: Rebuilt['open'][number][] = [];
  const reached = ORDER.indexOf(phase === 'rolled-back' ? 'replicating' : phase);
  for (const step of catalogue) {
    const found = checks.get(step.id);
    const isPassed = ORDER.indexOf(REACHED_BY[step.phase]) <= reached;
    if (found?.isDone && (step.phase !== 'finalize' || isPassed)) {
      steps[step.id] = { status: 'done', at, evidence: found.said };
    } else if (isPassed) {
      steps[step.id] = { status: 'done', at, evidence: `the upgrade is ${phase}, which this comes before` };
    } else if (found && step.phase !== 'finalize') {
      open.push({ id: step.id, why: found.said });
    }
  }
  return { steps, open };
}

function factsOf(
  found: Facts,
  phase: Phase,
  seen: Observed,
  markers: readonly SeenMarker[],
  { trusted }: Salvage,
): Facts {
  const old = trusted?.facts ?? {};
  const hasFollowed = phase === 'replicating' || phase === 'rolled-back' || phase === 'switched';
  const start = hasFollowed ? startOf(phase, seen, markers[0]) : undefined;
  // As blue was before the switch, which has turned the events of blue off and those of green on.
  const eventScheduler = old.blue?.eventScheduler;
  const blue = found.blue ?? old.blue;
  return {
    ...old,
    ...found,
    ...(blue ? { blue: eventScheduler ? { ...blue, eventScheduler } : blue } : {}),
    ...(start ? { channelStart: start } : {}),
    ...(hasFollowed && found.green ? { followedBy: found.green.resourceId } : {}),
  };
}

/** From where the side that follows reads: as its switch has recorded it, else from where it is now. */
function startOf(phase: Phase, seen: Observed, last: SeenMarker | undefined): Facts['channelStart'] {
  const replica: Side = servingSide(phase) === 'blue' ? 'green' : 'blue';
  const side = seen[replica];
  const isOfThisRest = last?.direction === (replica === 'blue' ? 'cutover' : 'rollback');
  const start = isOfThisRest ? last.reversePosition : typeof side === 'string' ? undefined : side.channel?.applied;
  return start && { [replica]: start };
}

function historyOf(markers: readonly SeenMarker[], { trusted }: Salvage): readonly CutoverSummary[] {
  const known = new Map((trusted?.history ?? []).map((summary) => [summary.id, summary]));
  for (const { id, direction, at, finalPosition, reversePosition } of markers) {
    if (known.has(id)) continue;
    known.set(id, {
      id,
      direction,
      outcome: 'done',
      startedAt: at,
      endedAt: at,
      finalPosition,
      reversePosition,
      steps: [],
    });
  }
  return [...known.values()].sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
}

function recordOf(
  derived: Extract<Derived, { is: 'derived' }>,
  lineageFrom: RebuildRecord['lineageFrom'],
  facts: Facts,
  { at, by }: Pick<RebuildRecord, 'at' | 'by'>,
): RebuildRecord {
  const unknown = [
    ...(lineageFrom === 'new' && derived.phase !== 'new'
      ? ['the lineage, from which the passwords of the tool’s accounts are made: `apply` sets them anew']
      : []),
    ...(facts.blueRetentionBefore === undefined && derived.phase !== 'new'
      ? ['how long blue kept its binary logs before: finalize and undo leave the retention as it is']
      : []),
  ];
  return { at, by, because: derived.because, lineageFrom, unknown };
}

function commitOf(
  { id, lineage, direction, finalPosition, reversePosition, at }: Observed['markers'][number],
  own: string,
): readonly SeenMarker[] {
  if (lineage !== own || !finalPosition || !reversePosition) return [];
  if (direction !== 'cutover' && direction !== 'rollback') return [];
  return [{ id, lineage, direction, finalPosition, reversePosition, at }];
}

function unclear(why: string): UpgradeError {
  return new UpgradeError('the servers do not tell enough to rebuild the state', {
    code: 'rebuild-unclear',
    source: 'user',
    hint: `${why}. Acting on a guess could lose writes or make a second writer, so nothing was written. Find a copy of the state (its backup, an emergency copy, another machine), or ask somebody who knows what was done last; docs/state-format.md says where copies lie.`,
  });
}
