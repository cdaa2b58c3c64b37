/** The gates as a plan shows them: asked, but not stood in front of. */
import type { StepContext } from '../engine/step';
import type { Gate } from './gates';
import { servingSide } from '../state/format';
import { askGates } from './gates';
import { closeSwitch, openSwitch } from './open-switch';
import { messageOf } from '../engine/errors';
import type { StateSession } from '../state/state-session';

const GATE_MS = 15_000;

/** Undefined while no switch could begin. Observes only: no lock is taken. */
export async function measureGates(context: StepContext, session: StateSession): Promise<readonly Gate[] | undefined> {
  const { phase, cutover } = context.state();
  if (cutover || (phase !== 'replicating' && phase !== 'rolled-back' && phase !== 'switched')) return undefined;
  const direction = servingSide(phase) === 'blue' ? 'cutover' : 'rollback';
  try {
    const { signal } = context;
    const it = await openSwitch({ context, direction, record: undefined, newId: 'plan', session, interrupt: signal });
    try {
      return await askGates({
        ...it.base,
        signal,
        within: () => ({ timeoutMs: GATE_MS, signal }),
      });
    } finally {
      await closeSwitch(it);
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    return [{ name: 'gates', value: 'could not be asked', limit: '', ok: false, reason: messageOf(error) }];
  }
}
