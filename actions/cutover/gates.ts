/** What must be true before writes are blocked: each gate has a value, a limit and a reason. */
import { explain } from '../engine/errors';
import type { Problem } from '../engine/step';
import { BlockedError } from '../engine/runner';
import { applications } from './gates/applications';
import { budget } from './gates/budget';
import { endpointGates } from './gates/endpoints';
import { fences } from './gates/fences';
import type { Gate, GateContext, GateFamily } from './gates/gate';
import { health } from './gates/health';
import { greenChanges } from './gates/green-changes';
import { parity } from './gates/parity';
import { passingAccounts } from './gates/passing-accounts';
import { replication } from './gates/replication';
import { reversePreflight } from './gates/reverse-preflight';
import { selfFreeing } from './gates/self-freeing';
import { sessions } from './gates/sessions';
import { snapshot } from './gates/snapshot';
import { transactions } from './gates/transactions';
import { trial } from './gates/trial';
import { verification } from './gates/verification';
import { wayBack } from './gates/way-back';

export type { Gate, GateContext } from './gates/gate';

const FAMILIES: readonly GateFamily[] = [
  replication,
  fences,
  selfFreeing,
  transactions,
  sessions,
  passingAccounts,
  applications,
  wayBack,
  reversePreflight,
  snapshot,
  verification,
  trial,
  greenChanges,
  ...parity,
  health,
  budget,
];

/** Observes only. Gates are asked in parallel; a gate that cannot be asked is not ok. */
export async function askGates(context: GateContext): Promise<readonly Gate[]> {
  const answers = await Promise.all(
    [...FAMILIES, ...endpointGates(context)].map(async (family) => {
      try {
        return await family.ask(context);
      } catch (error) {
        return [{ name: family.name, value: 'could not be asked', limit: '', ok: false, reason: explain(error) }];
      }
    }),
  );
  return answers.flat();
}

/** Asks, tells each, and refuses with `BlockedError` when one is not ok. */
export async function passGates(context: GateContext): Promise<void> {
  const gates = await askGates(context);
  for (const gate of gates) context.emit({ type: 'gate', ...gate });
  const closed = gates.filter((gate) => !gate.ok);
  if (closed.length > 0) throw new BlockedError({ id: context.direction }, closed.map(closedGate));
}

export function closedGate({ name, value, limit, reason }: Gate): Problem {
  return {
    code: 'gate-closed',
    summary: `${name}: ${value}`,
    detail: `${name}: ${value}; limit: ${limit}. ${reason ?? ''}`,
  };
}
