import type { SwitchContext } from '../switch-context';
import { keepOverReboots } from '../keep-over-reboots';
import type { Endpoint } from '../endpoints/endpoint';
import { UpgradeError } from '../../engine/errors';
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
    await moveEndpoint(context, endpoint);
    context.found.evidence.push(`${endpoint.name} points at ${context.to}`);
  }
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

/** A service that refuses for a moment is asked again: until the endpoint has moved, the application cannot write. */
async function moveEndpoint(context: SwitchContext, endpoint: Endpoint): Promise<void> {
  const end = context.clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    try {
      await endpoint.switch(context.within());
      return;
    } catch (error) {
      if (await isThere(context, endpoint)) return;
      const isWorthAnother = error instanceof UpgradeError && error.retryable && context.clock.monotonicMs() < end;
      if (!isWorthAnother) throw error;
      context.emit({
        type: 'note',
        level: 'warning',
        code: error.code,
        text: `${endpoint.name}: ${error.message}; asking again`,
      });
      await context.clock.sleep(PAUSE_MS, context.signal);
    }
  }
}

async function isThere(context: SwitchContext, endpoint: Endpoint): Promise<boolean> {
  try {
    return (await endpoint.state(context.within())).is === 'there';
  } catch {
    return false;
  }
}
