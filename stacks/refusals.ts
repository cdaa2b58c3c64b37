/** When a declaration would be a lie or a danger, synth says so instead. */
import type { GreenNames } from '../actions/config/names';
import type { UpgradeConfig } from '../actions/config/schema';
import { UpgradeError } from '../actions/engine/errors';
import { phaseParameters, type PhaseParameters } from '../actions/state/declared';
import type { ClusterFacts, ParameterPlan, UpgradeState } from '../actions/state/format';

/** The part of the state that the stack is made from. */
export interface DeclarableFacts {
  readonly blue: ClusterFacts;
  readonly green: ClusterFacts | undefined;
  readonly parameters: ParameterPlan;
  readonly phase: PhaseParameters;
}

/**
 * Throws `UpgradeError` with source `user` and the code `cutover-under-way`, `blue-not-prepared` or `state-mismatch`.
 */
export function refuseUnlessDeclarable(
  config: UpgradeConfig,
  names: GreenNames,
  state: UpgradeState | undefined,
): DeclarableFacts {
  if (state?.cutover) {
    const { direction, state: at } = state.cutover;
    throw refusal(
      'cutover-under-way',
      `a ${direction} is under way (${at}): the stack cannot be declared now`,
      `While writes are being moved, what Terraform should declare changes under its feet, and a deploy could make both clusters writable. Run \`npm run ${direction}\` again until it has ended, look with \`npm run status\`, then deploy.`,
    );
  }
  const { blue, green, parameters } = state?.facts ?? {};
  if (!state || state.phase === 'new' || !blue || !parameters) {
    throw refusal(
      'blue-not-prepared',
      'blue is not prepared yet',
      'Green is built like blue, from what the tool learns of it, and a snapshot taken before binary logging is on cannot be replicated to. Run `npm run apply` first, then deploy.',
    );
  }
  const mismatch = mismatchOf(config, names, state, blue, parameters);
  if (mismatch) {
    throw refusal(
      'state-mismatch',
      mismatch,
      'The state file tells what Terraform has to build, so it must belong to this upgrade.yaml. Correct upgrade.yaml (or its `state` path), or run `npm run apply` to look at blue again.',
    );
  }
  return { blue, green, parameters, phase: phaseParameters(state) };
}

function mismatchOf(
  config: UpgradeConfig,
  names: GreenNames,
  state: UpgradeState,
  blue: ClusterFacts,
  parameters: ParameterPlan,
): string | undefined {
  if (state.name !== config.name) return `the state belongs to the upgrade ${state.name}, not to ${config.name}`;
  if (blue.clusterId !== config.blue.cluster) {
    return `the state was made for the cluster ${blue.clusterId}, not for ${config.blue.cluster}`;
  }
  if (parameters.family !== names.family) {
    return `parameters were planned for ${parameters.family}, but green's family is ${names.family}`;
  }
  return undefined;
}

function refusal(code: string, message: string, hint: string): UpgradeError {
  return new UpgradeError(message, { code, source: 'user', hint });
}
