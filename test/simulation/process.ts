/** One run of the tool: its calls pass here one by one, and here is where they go wrong. */
import { OutcomeUnknownError, UpgradeError } from '../../actions/engine/errors';
import type { CallLimits } from '../../actions/ports/mysql-server';
import type { Fault, CallKind } from './faults';
import type { SimulatedWorld } from './world';
import { SIDES } from './world-data';

export interface Call {
  readonly kind: CallKind;
  readonly text: string;
  /** Whether the commit of a switch was on disk when it was made. */
  readonly isCommitted: boolean;
  outcome: string;
}

/** Faults by the index of the call that they strike. */
export type Faults = ReadonlyMap<number, Fault>;

export interface Attempt<T> {
  readonly kind: CallKind;
  readonly text: string;
  readonly limits?: CallLimits;
  /** Does it, at once. Throws what the service answers when it says no. */
  readonly act: () => T;
  /** Leaves it to the server to do after its client has given up. */
  readonly actLater?: (atMs: number) => void;
}

/** Calls without a deadline of their own are bounded by the SDK's. */
const SDK_TIMEOUT_MS = 60_000;
const LATER_MS = 3_000;

export class SimulatedProcess {
  readonly id: number;
  readonly calls: Call[] = [];
  readonly interrupt = new AbortController();
  /** Resolves when the process has died. */
  readonly death: Promise<'crashed'>;
  private die: () => void = () => undefined;
  private isDead = false;

  private readonly faults: Map<number, Fault>;

  constructor(
    readonly world: SimulatedWorld,
    faults: Faults,
  ) {
    this.faults = new Map(faults);
    this.id = world.nextProcess();
    this.death = new Promise((resolve) => (this.die = () => resolve('crashed')));
  }

  /** One more fault, at a call that has not been made yet. */
  plan(call: number, fault: Fault): void {
    this.faults.set(call, fault);
  }

  /**
   * Every call of a port. After a crash it never answers, as a killed process sees no answer. Calls that are made together
   * start together: none of them takes time before all have been made.
   */
  async attempt<T>(attempt: Attempt<T>): Promise<T> {
    if (this.isDead) return never();
    const { world } = this;
    const { kind, text, limits } = attempt;
    const fault = this.faults.get(this.calls.length);
    const call: Call = { kind, text, isCommitted: world.isCommitted, outcome: fault ?? 'ok' };
    this.calls.push(call);
    world.asked.add(text);
    await undefined;
    if (this.isDead) return never();
    world.tick();
    if (fault) this.disturb(fault);
    if (limits?.signal?.aborted) throw note(call, reasonOf(limits.signal));
    const timeoutMs = limits?.timeoutMs ?? SDK_TIMEOUT_MS;
    switch (fault) {
      case 'refused':
        throw new UpgradeError(`${text} was refused`, { code: 'simulated', source: 'tool' });
      case 'reply-lost':
        attempt.act();
        throw unknown(kind, text);
      case 'late':
      case 'late-done':
        if (fault === 'late-done') attempt.act();
        world.pass(timeoutMs);
        throw unknown(kind, text);
      case 'done-later':
        world.pass(timeoutMs);
        attempt.actLater?.(world.now + LATER_MS);
        throw unknown(kind, text);
      case 'crash-before':
        return this.crash();
      case 'crash-after':
        this.run(attempt, call);
        return this.crash();
      case 'interrupt':
      case 'interrupt-done':
        this.interrupt.abort(new UpgradeError('interrupted', { code: 'interrupted', source: 'user' }));
        // Only calls that were given the signal are cut off by it.
        if (!limits?.signal?.aborted) return this.run(attempt, call);
        if (fault === 'interrupt-done') attempt.act();
        throw isChange(kind) ? unknown(kind, text) : reasonOf(limits.signal);
      default:
        return this.run(attempt, call);
    }
  }

  /** A sleep is no call of a port but can be interrupted like one. */
  async sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await this.attempt({
      kind: 'sleep',
      text: `sleep ${ms} ms`,
      ...(signal ? { limits: { timeoutMs: ms, signal } } : {}),
      act: () => this.world.pass(ms),
    });
  }

  end(): void {
    this.isDead = true;
    this.world.endProcess(this.id);
  }

  private run<T>(attempt: Attempt<T>, call: Call): T {
    try {
      return attempt.act();
    } catch (error) {
      // The production code would take what the simulation does not know for one more failure.
      if (!(error instanceof UpgradeError)) this.world.isTrustworthy = false;
      throw note(call, error);
    }
  }

  private crash(): Promise<never> {
    this.end();
    this.die();
    return never();
  }

  /** Faults of the surroundings strike just before the call, which then goes its way. */
  private disturb(fault: Fault): void {
    const { world } = this;
    const { servers } = world.data;
    if (fault === 'locks-lost') {
      for (const side of SIDES) {
        const holder = servers[side].lockedBy;
        world.breakConnections(side, ({ id }) => id === holder);
      }
    }
    if (fault === 'reboot-blue') world.reboot('blue');
    if (fault === 'reboot-green') world.reboot('green');
    for (const side of SIDES) {
      const { channel } = servers[side];
      if (fault === 'new-table') {
        servers[side].hasNewerTable = servers[side].hasServed;
        if (channel) channel.isBehind = true;
      }
      if (fault === 'applier-blocked' && channel) channel.isBlocked = true;
      if (fault === 'applier-stops' && channel?.isApplying) {
        channel.isApplying = false;
        channel.error = 'Error 1205: Lock wait timeout exceeded';
      }
    }
  }
}

/** A new one each time: one that is shared would hold on to everybody who ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function reasonOf(signal: AbortSignal): unknown {
  return signal.reason;
}

function note(call: Call, error: unknown): unknown {
  call.outcome = error instanceof UpgradeError ? error.code : String(error);
  return error;
}

/** Questions change nothing, so a lost answer is a plain failure; the state's write says no more than that it failed. */
function unknown(kind: CallKind, text: string): UpgradeError {
  if (isChange(kind)) return new OutcomeUnknownError(`whether ${text} took effect is not known`, { source: 'tool' });
  return new UpgradeError(`${text} failed or was not answered in time`, { code: 'simulated-timeout', source: 'tool' });
}

function isChange(kind: CallKind): boolean {
  return kind === 'statement' || kind === 'aws-call' || kind === 'command';
}
