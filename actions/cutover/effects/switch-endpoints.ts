import type { SwitchContext } from '../switch-context';
import { keepOverReboots } from '../keep-over-reboots';
import { releaseApplication } from '../application-locks';
import type { Endpoint, EndpointSight } from '../endpoints/endpoint';
import { explain, messageOf, OutcomeUnknownError, UpgradeError } from '../../engine/errors';
import type { CallLimits } from '../../ports/mysql-server';
import { killApplicationSessions } from '../kill-sessions';

/**
 * Points every endpoint at the new side, in the configured order, lets each application in as soon as its own endpoints have
 * moved, then ends the application's sessions on the old side so that pools reconnect. A switch whose reply was lost is
 * looked at, never blindly repeated (I7).
 */
export async function switchEndpoints(context: SwitchContext): Promise<void> {
  const moving = moveEndpoints(context);
  // The next effect makes the fence of the old side last over reboots; it must not wait for endpoints that take their time.
  const keeping = isSlow(context, moving).then(async (slow) => {
    if (slow) await keepOverReboots({ ...context, within: () => oneCall(context) }, context.from);
  });
  const [moved] = await Promise.allSettled([moving, keeping]);
  // What could not be made to last is tried again by the next effect; endpoints come first.
  if (moved.status === 'rejected') throw moved.reason;
  await context.clock.sleep(COME_IN_MS, context.signal);
  if (context.config.cutover.sessionGrace === 0) await killApplicationSessions(context, context.from);
}

/** Clients come in as soon as an endpoint has moved, so nothing else is asked for beside it unless it takes longer. */
const SLOW_MS = 250;
/** Every client connects anew in the same moment, with a handshake each: what would compete with them waits for so long. */
const COME_IN_MS = 200;

async function isSlow(context: SwitchContext, moving: Promise<void>): Promise<boolean> {
  const timer = new AbortController();
  const ended = moving.then(
    () => false,
    () => false,
  );
  const slow = context.clock.sleep(SLOW_MS, timer.signal).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([ended, slow]);
  } finally {
    timer.abort();
  }
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;
/** One call that is never answered must not use up the time of all the others. */
const CALL_MS = 5_000;

/**
 * In rounds: an endpoint that could not be moved does not hold up those after it, and is asked again until the patience is
 * used up, because the application cannot write before it has moved.
 */
async function moveEndpoints(context: SwitchContext): Promise<void> {
  const end = context.clock.monotonicMs() + PATIENCE_MS;
  const left = new Set(context.endpoints);
  const failures = new Map<Endpoint, UpgradeError>();
  let round = context.endpoints;
  // A new process does not know what the last one has done.
  let mustLook = context.probe === undefined;
  for (;;) {
    for (const endpoint of round) {
      try {
        await move(context, endpoint, mustLook);
        say(context, `${endpoint.name} points at ${context.to}`);
        await letIn(context, endpoint, left);
        left.delete(endpoint);
        failures.delete(endpoint);
      } catch (error) {
        failures.set(endpoint, asFailure(error));
      }
    }
    round = context.endpoints.filter((endpoint) => failures.get(endpoint)?.retryable === true);
    if (round.length === 0 || context.clock.monotonicMs() >= end) break;
    for (const endpoint of round) warn(context, endpoint, failures.get(endpoint));
    await context.clock.sleep(PAUSE_MS, context.signal);
    mustLook = true;
  }
  if (failures.size > 0) throw notMoved(context, failures);
}

async function move(context: SwitchContext, endpoint: Endpoint, mustLook: boolean): Promise<void> {
  if (mustLook && (await isThere(context, endpoint))) return;
  try {
    await endpoint.switch(oneCall(context, endpoint));
  } catch (error) {
    if (!(await isThere(context, endpoint))) throw error;
  }
}

/** Throws when it is somewhere where the tool may not touch it, and when it cannot be told: then nothing may be repeated. */
async function isThere(context: SwitchContext, endpoint: Endpoint): Promise<boolean> {
  let sight: EndpointSight;
  try {
    sight = await endpoint.state(oneCall(context, endpoint));
  } catch (error) {
    sight = { is: 'unknown', seen: explain(error) };
  }
  if (sight.is === 'unknown')
    throw new UpgradeError('where it points cannot be told', {
      code: 'endpoint-unknown',
      source: 'tool',
      retryable: true,
      hint: sight.seen,
    });
  if (sight.is === 'elsewhere')
    throw new UpgradeError(`it points at neither cluster: ${sight.seen}`, {
      code: 'endpoint-elsewhere',
      source: 'user',
      hint: 'Somebody has changed it since the switch began. The tool moves only what points at the side that served.',
    });
  return sight.is === 'there';
}

/** Its accounts are unlocked on the new side once nothing of it is left behind. */
async function letIn(context: SwitchContext, moved: Endpoint, left: ReadonlySet<Endpoint>): Promise<void> {
  const { application } = moved;
  if (application === undefined) return;
  const isLast = ![...left].some((endpoint) => endpoint !== moved && endpoint.application === application);
  if (isLast) await releaseApplication(context, application);
}

/** Once, however often it is found to be so. */
function say({ found }: SwitchContext, evidence: string): void {
  if (!found.evidence.includes(evidence)) found.evidence.push(evidence);
}

function oneCall(context: SwitchContext, endpoint?: Endpoint): CallLimits {
  const within = context.within();
  return { ...within, timeoutMs: Math.min(endpoint?.callMs ?? CALL_MS, within.timeoutMs) };
}

/** What was unknown has been looked at by now and is not there, so it may be asked for again. */
function asFailure(error: unknown): UpgradeError {
  const { code, source, hint } = error instanceof UpgradeError ? error : FOREIGN;
  if (error instanceof UpgradeError && !(error instanceof OutcomeUnknownError)) return error;
  return new UpgradeError(messageOf(error), {
    code,
    source,
    retryable: error instanceof OutcomeUnknownError,
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

const FOREIGN = { code: 'endpoint-failed', source: 'tool', hint: undefined } as const;

function warn(context: SwitchContext, endpoint: Endpoint, failure: UpgradeError | undefined): void {
  if (!failure) return;
  const text = `${endpoint.name}: ${failure.message}; asking again`;
  context.emit({ type: 'note', level: 'warning', code: failure.code, text });
}

function notMoved(context: SwitchContext, failures: ReadonlyMap<Endpoint, UpgradeError>): UpgradeError {
  const reasons = [...failures].map(([{ name }, failure]) => `${name}: ${explain(failure)}`);
  const byHand = [...failures.keys()].flatMap((endpoint) => endpoint.manual());
  const [first] = failures.values();
  return new UpgradeError(`not at ${context.to} yet: ${[...failures.keys()].map(({ name }) => name).join(', ')}`, {
    code: first?.code ?? 'endpoint-failed',
    source: first?.source ?? 'tool',
    hint: `${context.to} takes writes, but these do not lead there. ${reasons.join(' ')} Cure it, or do it by hand (${byHand.join('; ')}); then run the same command again.`,
    cause: first,
  });
}
