/** The unit of work: observable, repeatable, reversible. Plan, resume, verify and drift are all `check`. */
import type { UpgradeConfig } from '../config/schema';
import type { AwsCall } from '../ports/aws';
import type { Ports } from '../ports/ports';
import type { Side, Statement } from '../ports/mysql-server';
import type { Facts, Phase, UpgradeState } from '../state/format';
import type { Emit } from './events';

export type StepPhase = 'prepare' | 'replicate' | 'cutover' | 'finalize';

export interface Step {
  /** Stable, kebab-case: the file's name. */
  readonly id: string;
  readonly phase: StepPhase;
  /** For people, in the imperative: `Turn the binary log of blue on`. */
  readonly title: string;
  /** `do` looks and remembers, and changes nothing anywhere: a plan may carry it out in memory to see what follows. */
  readonly onlyLooks?: true;
  /** Observes only; safe at any time. */
  check(context: StepContext): Promise<Check>;
  /** Idempotent after a crash anywhere inside it. Called only after `check` said `needed`. */
  do(context: StepContext): Promise<void>;
  /** Puts back what `do` changed, wholly or in part; of nothing it is nothing. */
  undo?(context: StepContext): Promise<void>;
}

export type Check =
  | { readonly is: 'done'; readonly evidence: string }
  | { readonly is: 'needed'; readonly changes: readonly Change[]; readonly warning?: string }
  /** Cannot be decided before an earlier step or `cdktf deploy` has run. */
  | { readonly is: 'later'; readonly waitsFor: string; readonly changes: readonly Change[] }
  | { readonly is: 'blocked'; readonly problems: readonly Problem[] };

/** One effect, named before it happens. */
export type Change =
  | { readonly kind: 'sql'; readonly side: Side; readonly statement: Statement }
  | { readonly kind: 'aws'; readonly call: AwsCall }
  | { readonly kind: 'value'; readonly what: string; readonly before: string; readonly after: string };

export interface Problem {
  readonly code: string;
  /** Terse, without user names. */
  readonly summary: string;
  /** What, why it matters, what to do. */
  readonly detail: string;
}

export interface StepContext extends Ports {
  readonly config: UpgradeConfig;
  readonly phase: Phase;
  readonly lineage: string;
  readonly state: () => UpgradeState;
  /** The facts as of now. */
  readonly facts: () => Facts;
  /** Durable when it resolves. */
  readonly remember: (facts: Partial<Facts>) => Promise<void>;
  readonly emit: Emit;
  /** Aborted by Ctrl-C or a missed deadline. */
  readonly signal: AbortSignal;
  /** Overrides that the operator has named, e.g. `allow-reboot`. */
  readonly allowed: ReadonlySet<string>;
}
