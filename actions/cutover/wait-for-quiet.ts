/** Waits until every gate is open, so that a switch need not be tried again and again by hand. Takes nothing, only looks. */
import { BlockedError } from '../engine/runner';
import { askGates, closedGate, type Gate, type GateContext, type KeptAnswers } from './gates';

const POLL_MS = 2_000;
const HEARTBEAT_MS = 5_000;

/**
 * `since` is a moment of the monotonic clock, `budgetMs` counts from there. Tells at once which gates hold it, whenever that changes, and every 5 s with their values. Throws `BlockedError` with the gates that are
 * still closed after `budgetMs`, and the signal's reason on Ctrl-C.
 */
export async function waitForQuiet(context: GateContext, since: number, budgetMs: number): Promise<void> {
  const { clock, emit, signal } = context;
  const kept: KeptAnswers = new Map();
  let lastHolders = '';
  let lastTold = -Infinity;
  for (;;) {
    const gates = await askGates(context, kept);
    signal.throwIfAborted();
    const closed = gates.filter((gate) => !gate.ok);
    if (closed.length === 0) return;
    const now = clock.monotonicMs();
    const elapsedMs = now - since;
    if (elapsedMs >= budgetMs) throw notQuiet(context, gates, closed);
    const holders = closed.map(({ name }) => name).join();
    if (holders !== lastHolders || now - lastTold >= HEARTBEAT_MS) {
      emit({ type: 'waiting', reason: `quiet: ${describeGates(closed)}`, elapsedMs, budgetMs });
      lastHolders = holders;
      lastTold = now;
    }
    await clock.sleep(Math.min(POLL_MS, budgetMs - elapsedMs), signal);
  }
}

/** For one line: the gates that are closed with their values, or that none is. */
export function describeGates(gates: readonly Gate[]): string {
  const closed = gates.filter((gate) => !gate.ok);
  if (closed.length === 0) return 'every gate is open';
  return closed
    .map(({ name, value, limit }) => `${name} ${value}${limit === '' ? '' : ` (limit ${limit})`}`)
    .join('; ');
}

function notQuiet(context: GateContext, gates: readonly Gate[], closed: readonly Gate[]): BlockedError {
  for (const gate of gates) context.emit({ type: 'gate', ...gate });
  return new BlockedError(
    { id: context.direction },
    closed.map((gate) => ({ ...closedGate(gate), code: 'not-quiet' })),
  );
}
