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

/** By the name of the family. */
export type KeptAnswers = Map<string, { readonly gates: readonly Gate[]; readonly askedAt: number }>;

/**
 * Observes only. Gates are asked in parallel; a gate that cannot be asked is not ok. Who asks again and again gives the same
 * `kept` each time, so that families with `keepMs` are not asked as often.
 */
export async function askGates(context: GateContext, kept: KeptAnswers = new Map()): Promise<readonly Gate[]> {
  const families = [...FAMILIES, ...endpointGates(context)];
  return (await Promise.all(families.map((family) => askFamily(family, context, kept)))).flat();
}

async function askFamily(family: GateFamily, context: GateContext, kept: KeptAnswers): Promise<readonly Gate[]> {
  const { name, keepMs = 0 } = family;
  const askedAt = context.clock.monotonicMs();
  const known = kept.get(name);
  if (known && askedAt - known.askedAt < keepMs) return known.gates;
  const gates = await answerOf(family, context);
  if (keepMs > 0) kept.set(name, { gates, askedAt });
  return gates;
}

async function answerOf(family: GateFamily, context: GateContext): Promise<readonly Gate[]> {
  try {
    return await family.ask(context);
  } catch (error) {
    return [{ name: family.name, value: 'could not be asked', limit: '', ok: false, reason: explain(error) }];
  }
}

/** Asks, tells each, and refuses with `BlockedError` when one is not ok. */
export async function passGates(context: GateContext, kept?: KeptAnswers): Promise<void> {
  const gates = await askGates(context, kept);
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
