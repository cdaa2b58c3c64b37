/** A plan: the way that remains, down to each statement and call, and the facts that it is bound to. */
import { canonicalHash } from './canonical-json';
import type { Change, Check } from './step';
import type { ParameterPlan, ParameterTranslation, Phase } from '../state/format';
import type { Side } from '../ports/mysql-server';

export const PLAN_FORMAT = 2;

/** What `plan` found. Rendered as text, Markdown and JSON. */
export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly name: string;
  readonly binding: PlanBinding;
  readonly terraform: PlannedTerraform;
  readonly sections: readonly PlanSection[];
  /** Parameters of blue that green cannot carry. */
  readonly notCarried: readonly { readonly name: string; readonly value: string; readonly reason: string }[];
  /** What becomes of blue's parameters; absent before blue has been looked at, and in plans of earlier versions. */
  readonly parameters?: ParameterTable;
  readonly measured: Measured;
}

export interface ParameterTable extends ParameterTranslation {
  readonly greenFamily: string;
}

export function parametersIn(plan: ParameterPlan | undefined): Pick<Plan, 'notCarried' | 'parameters'> {
  return {
    notCarried: plan?.notCarried ?? [],
    ...(plan?.translation ? { parameters: { greenFamily: plan.family, ...plan.translation } } : {}),
  };
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

/** From `terraform show -json` of a plan, never guessed. */
export type PlannedTerraform =
  | { readonly is: 'not-planned'; readonly why: string }
  | { readonly is: 'planned'; readonly changes: readonly TerraformChange[] };

export interface TerraformChange {
  readonly address: string;
  readonly actions: readonly string[];
  readonly attributes: readonly string[];
}

/** Facts that must still hold when the plan is carried out. */
export interface PlanBinding {
  readonly configHash: string;
  /** Null before anything has been recorded. */
  readonly lineage: string | null;
  readonly stateSerial: number;
  readonly phase: Phase;
  /** How many switches have been carried out to their end. */
  readonly endedSwitches: number;
  /** Of Terraform's own state; null until green is known. */
  readonly terraformSerial: number | null;
  /** Absent: not there, or not to be asked, when the plan was made. */
  readonly sides: Partial<Readonly<Record<Side, SideBinding>>>;
}

export interface SideBinding {
  readonly clusterResourceId: string;
  readonly serverUuid: string;
  readonly engineVersion: string;
  /** Set by somebody, as `cluster max_connections` or `instance ...`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** As `user@host`, sorted. */
  readonly accounts: readonly string[];
  /** Names in `parameters` that the plan's own commands set: they are left out here and in the comparison. */
  readonly ownParameters: readonly string[];
}

/** What was seen when the plan was made; of no weight for whether it still fits. */
export interface Measured {
  /** What must be true before writes are blocked; absent while no switch could begin. */
  readonly gates?: readonly {
    readonly name: string;
    readonly value: string;
    readonly limit: string;
    readonly ok: boolean;
  }[];
  readonly downtime: readonly {
    readonly direction: 'cutover' | 'rollback';
    readonly blockedMs: number;
    readonly from: 'switch' | 'rehearsal';
    readonly at: string;
  }[];
}

/**
 * Equal for equal facts: times, positions, lag, what done steps have seen, and the state's serial, which grows with every
 * command, are left out. Secrets must have been replaced (`withoutSecrets`).
 */
export function planHash(plan: Plan): string {
  return canonicalHash(hashedPart(plan));
}

/** The plan as far as two of them are compared. */
export function hashedPart(plan: Plan): Omit<Plan, 'measured'> {
  const { format, name, binding, terraform, sections, notCarried, parameters } = plan;
  return {
    format,
    name,
    terraform,
    notCarried,
    ...(parameters ? { parameters } : {}),
    binding: { ...binding, stateSerial: 0 },
    sections: sections.map((section) => ({
      ...section,
      steps: section.steps.map((step) => ({ ...step, check: settledPart(step.check) })),
    })),
  };
}

function settledPart(check: Check): Check {
  if (check.is === 'done') return { ...check, evidence: '' };
  if (check.is === 'blocked')
    return { ...check, problems: check.problems.map((one) => ({ ...one, summary: '', detail: '' })) };
  return { ...check, changes: check.changes.filter((change) => !isMeasured(change)) };
}

/** A lag that is to become none is no change that anybody makes. */
function isMeasured(change: Change): boolean {
  return change.kind === 'value' && change.after === 'caught up';
}
