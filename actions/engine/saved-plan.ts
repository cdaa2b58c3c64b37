/** Whether a plan that people reviewed still fits the world. */
import { readJson } from 'fs-extra';
import { canonicalHash, canonicalJson } from './canonical-json';
import { messageOf, UpgradeError } from './errors';
import { PLAN_FORMAT, type Plan, type PlanBinding, type PlannedStep, type PlanSection, type SideBinding } from './plan';
import type { Change } from './step';
import { renderStatement } from '../mysql/render';
import type { Phase } from '../state/format';

/** A plan as its file holds it. */
export type SavedPlan = Plan & {
  /** Of the plan without what was measured: the name of the plan. */
  readonly hash: string;
  /** Of everything else in the file: a change by hand shows. */
  readonly checksum: string;
};

export type PlannedVerb = 'apply' | 'cutover' | 'rollback' | 'finalize';

/** Hexadecimal SHA-256 of the file's content but for the checksum itself. */
export function checksumOf(saved: Omit<SavedPlan, 'checksum'>): string {
  const { checksum: _checksum, ...rest } = saved as SavedPlan;
  return canonicalHash(rest);
}

/** Throws `plan-unreadable` or `plan-tampered`. */
export async function readSavedPlan(file: string): Promise<SavedPlan> {
  const found = await readPlanFile(file);
  const isPlan = typeof found === 'object' && found !== null && 'format' in found && 'sections' in found;
  if (!isPlan) throw unreadable(file, 'it holds no plan');
  const saved = found as SavedPlan;
  if (saved.format !== PLAN_FORMAT)
    throw unreadable(file, `it has the format ${String(saved.format)}; this version reads ${PLAN_FORMAT}`);
  if (checksumOf(saved) === saved.checksum) return saved;
  throw new UpgradeError('the plan file was changed after it was written', {
    code: 'plan-tampered',
    source: 'user',
    hint: `The checksum in ${file} does not fit its content, so it is not what the tool wrote and people reviewed. Take the reviewed file again, or make a new plan with \`npm run plan -- --out\` and have it reviewed. Nothing was changed.`,
  });
}

/**
 * Throws `plan-stale`, naming each difference. `now` holds the sections that the command is about to carry out; what it
 * needs and the reviewed plan did not name is a difference too.
 */
export function refuseStalePlan(
  saved: SavedPlan,
  verb: PlannedVerb,
  now: { readonly binding: PlanBinding; readonly sections: readonly PlanSection[] },
): void {
  const differences = [
    ...changedFacts(saved.binding, now.binding, verb),
    ...unreviewedEffects(saved.sections, now.sections),
  ];
  if (differences.length === 0) return;
  throw new UpgradeError('saved plan is stale', {
    code: 'plan-stale',
    source: 'user',
    hint: `${differences.map((one) => `changed since review: ${one}`).join('; ')}. Make a new plan with \`npm run plan -- --out\` and have it reviewed. Nothing was changed.`,
  });
}

/** Each as `X was A, is B`. Exported for tests. */
export function changedFacts(was: PlanBinding, is: PlanBinding, verb: PlannedVerb): readonly string[] {
  const differences: string[] = [];
  const compare = (what: string, before: unknown, after: unknown): void => {
    if (before !== after) differences.push(`${what} was ${shown(before)}, is ${shown(after)}`);
  };
  compare('upgrade.yaml', was.configHash.slice(0, 12), is.configHash.slice(0, 12));
  if (was.lineage !== null) compare('lineage of the state', was.lineage, is.lineage);
  const way = wayOf(was, is, verb);
  if (way !== undefined) {
    differences.push(way);
    compare('serial of the state', was.stateSerial, is.stateSerial);
  } else if (is.stateSerial < was.stateSerial) compare('serial of the state', was.stateSerial, is.stateSerial);
  if (was.terraformSerial !== null) compare("serial of Terraform's state", was.terraformSerial, is.terraformSerial);
  for (const side of ['blue', 'green'] as const) {
    const [before, after] = [was.sides[side], is.sides[side]];
    if (!before) continue;
    if (after) differences.push(...changedSide(side, before, after));
    else if (!(side === 'blue' && verb === 'finalize')) differences.push(`${side} was there, is not to be asked`);
  }
  return differences;
}

/**
 * The state's serial grows with the plan's own commands, so a plan stays usable for its sequence: apply, deploy, apply,
 * cutover, then rollback or finalize, each of the switches once. Undefined while the state is on that way.
 */
function wayOf(was: PlanBinding, is: PlanBinding, verb: PlannedVerb): string | undefined {
  const needsSwitch =
    (verb === 'rollback' || verb === 'finalize') && was.phase !== 'switched' && was.phase !== 'finalized';
  const expected = was.endedSwitches + (needsSwitch ? 1 : 0);
  if (is.endedSwitches !== expected) return `number of ended switches was ${was.endedSwitches}, is ${is.endedSwitches}`;
  if (RANKS[is.phase] < RANKS[was.phase]) return `phase was ${was.phase}, is ${is.phase}`;
  return undefined;
}

const RANKS: Readonly<Record<Phase, number>> = {
  new: 0,
  prepared: 1,
  replicating: 2,
  'rolled-back': 2,
  switched: 3,
  finalized: 4,
};

function changedSide(side: string, was: SideBinding, is: SideBinding): readonly string[] {
  const differences: string[] = [];
  const compare = (what: string, before: string | undefined, after: string | undefined): void => {
    if (before !== after) differences.push(`${what} of ${side} was ${shown(before)}, is ${shown(after)}`);
  };
  compare('cluster', was.clusterResourceId, is.clusterResourceId);
  compare('server UUID', was.serverUuid, is.serverUuid);
  compare('engine version', was.engineVersion, is.engineVersion);
  const names = [...new Set([...Object.keys(was.parameters), ...Object.keys(is.parameters)])].sort();
  for (const name of names)
    if (!was.ownParameters.includes(name)) compare(`parameter ${name}`, was.parameters[name], is.parameters[name]);
  const [before, after] = [new Set(was.accounts), new Set(is.accounts)];
  for (const account of [...new Set([...before, ...after])].sort()) {
    if (before.has(account) === after.has(account)) continue;
    differences.push(
      `account ${account} of ${side} was ${there(before.has(account))}, is ${there(after.has(account))}`,
    );
  }
  return differences;
}

function there(is: boolean): string {
  return is ? 'there' : 'not there';
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'not set' : String(value);
}

/** What is needed now and was not in the reviewed plan. */
function unreviewedEffects(reviewed: readonly PlanSection[], now: readonly PlanSection[]): readonly string[] {
  const known = new Map(
    reviewed.flatMap(({ command, steps }) => steps.map((step) => [`${command} ${step.id}`, step] as const)),
  );
  return now.flatMap(({ command, steps }) =>
    steps.flatMap((step) => {
      if (step.check.is !== 'needed') return [];
      const before = known.get(`${command} ${step.id}`);
      if (!before) return [`the step ${step.id} was not planned, is needed`];
      return unreviewed(before, step.check.changes).map((effect) => `the step ${step.id} did not plan: ${effect}`);
    }),
  );
}

function unreviewed(before: PlannedStep, changes: readonly Change[]): readonly string[] {
  const { check } = before;
  const planned = check.is === 'needed' || check.is === 'later' ? check.changes : [];
  // What was foreseen before green was there names its statements, but not yet its positions and addresses.
  const words = check.is === 'later' ? kindOf : exactly;
  const known = new Set(planned.map(words));
  return changes.filter((change) => change.kind !== 'value' && !known.has(words(change))).map(exactly);
}

function exactly(change: Change): string {
  if (change.kind === 'sql') return `${change.side}> ${renderStatement(change.statement)}`;
  return change.kind === 'aws'
    ? `${change.call.service}:${change.call.action} ${canonicalJson(change.call.input)}`
    : change.what;
}

function kindOf(change: Change): string {
  if (change.kind === 'sql') return `${change.side}> ${change.statement.sql}`;
  return change.kind === 'aws' ? `${change.call.service}:${change.call.action}` : change.what;
}

async function readPlanFile(file: string): Promise<unknown> {
  try {
    return (await readJson(file)) as unknown;
  } catch (cause) {
    throw unreadable(file, messageOf(cause), cause);
  }
}

function unreadable(file: string, why: string, cause?: unknown): UpgradeError {
  return new UpgradeError(`the plan ${file} cannot be read: ${why}`, {
    code: 'plan-unreadable',
    source: 'user',
    cause,
    hint: 'Name the `.plan.json` that `npm run plan -- --out` wrote. Nothing was changed.',
  });
}
