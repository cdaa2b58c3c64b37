import type { SwitchContext } from '../switch-context';
import { keepOverReboots } from '../keep-over-reboots';
import { killApplicationSessions } from '../kill-sessions';

/**
 * Points every endpoint at the new side, in the configured order, then ends the application's sessions on the old one so
 * that pools reconnect. A switch whose reply was lost is looked at, never blindly repeated (I7).
 */
export async function switchEndpoints(context: SwitchContext): Promise<void> {
  // Meanwhile the fence of the old side is made to last: until then a reboot there would open a second writer.
  const [moved] = await Promise.allSettled([moveEndpoints(context), keepOverReboots(context, context.from)]);
  // What could not be made to last is tried again by the next effect; endpoints come first.
  if (moved.status === 'rejected') throw moved.reason;
  if (context.config.cutover.sessionGrace === 0) await killApplicationSessions(context, context.from);
}

async function moveEndpoints(context: SwitchContext): Promise<void> {
  for (const endpoint of context.endpoints) {
    try {
      await endpoint.switch(context.within());
    } catch (error) {
      const state = await endpoint.state(context.within());
      if (state.is !== 'there') throw error;
    }
    context.found.evidence.push(`${endpoint.name} points at ${context.to}`);
  }
}
