/**
 * Tries what may go wrong, systematically: every fault at every call, then every second fault after it, in the same process
 * or in the next one. Processes end, an operator runs the same command again, and in the end everything must be in order.
 * Deterministic: a history is a list of faults a process, and it can be replayed from its world.
 */
import { createHash } from 'node:crypto';

import type { UpgradeConfig } from '../../actions/config/schema';
import type { Direction } from '../../actions/state/format';
import { runCommand, type Ended, type Running } from './commands';
import { faultsOf, type Fault } from './faults';
import { likenessOf, processLikeness } from './likeness';
import { endWell } from './operator';
import { SimulatedProcess, type Call } from './process';
import { judgeDeath } from './rest';
import { printTrail, type ProcessTrail } from './trail';
import { SimulatedWorld, type Violation } from './world';
import { copyOf, type WorldData } from './world-data';

export interface Exploration {
  readonly config: UpgradeConfig;
  readonly direction: Direction;
  /** A world at rest. */
  readonly start: WorldData;
  /** How many faults a history may have. */
  readonly faults: number;
  /** Further faults that may strike at a call; `isCommitted`: the switch was, before the call. */
  readonly further?: (call: Call, isCommitted: boolean) => readonly Fault[];
  /** Stops once each of these rules has been found broken. */
  readonly until?: readonly string[];
}

export interface Findings {
  /** Distinct pairs of machine state and world in which a process was when it went on, or which it left when it ended. */
  readonly states: number;
  /** Distinct steps from one of them to the next, each with what went wrong on the way, if anything did. */
  readonly transitions: number;
  /** Processes that were run, and their calls. */
  readonly processes: number;
  readonly calls: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** One history for each kind. */
  readonly violations: readonly (Violation & { readonly trail: string })[];
}

/** A fault before or at a call of one process. */
type Plan = readonly (readonly [number, Fault])[];

interface Node {
  readonly data: WorldData;
  readonly left: number;
  readonly trail: readonly ProcessTrail[];
}

interface Entry {
  readonly key: string;
  /** Calls made before it. */
  readonly call: number;
  readonly at: string;
}

export async function explore(exploration: Exploration): Promise<Findings> {
  return new Explorer(exploration).run();
}

class Explorer {
  /** Faults that were still left when the state was explored. */
  private readonly seen = new Map<string, number>();
  private readonly endedWell = new Set<string>();
  private readonly steps = new Set<string>();
  private readonly found = new Map<string, Violation & { trail: string }>();
  private readonly outcomes: Record<string, number> = {};
  private processes = 0;
  private calls = 0;

  constructor(private readonly it: Exploration) {}

  async run(): Promise<Findings> {
    const nodes: Node[] = [{ data: this.it.start, left: this.it.faults, trail: [] }];
    for (let node = nodes.pop(); node && !this.hasFound(this.it.until); node = nodes.pop())
      await this.expand(node, nodes);
    const { processes, calls, outcomes } = this;
    return {
      states: this.seen.size + this.endedWell.size,
      transitions: this.steps.size,
      processes,
      calls,
      outcomes,
      violations: [...this.found.values()],
    };
  }

  private async expand(node: Node, nodes: Node[]): Promise<void> {
    if (!this.isNew(`start ${likenessOf(node.data)}`, node.left)) return;
    const plans: Plan[] = [[]];
    for (let plan = plans.pop(); plan; plan = plans.pop()) {
      if (this.hasFound(this.it.until)) return;
      const { world, ended, process, entries } = await this.tryOut(node.data, plan);
      const trail = [...node.trail, { command: this.it.direction, calls: process.calls, ended: ended.is }];
      const left = node.left - plan.length;
      this.noteSteps(likenessOf(node.data), entries, plan, process, `${ended.is} ${likenessOf(world.data)}`);
      judgeUndoing(world, ended, entries, plan);
      this.note(world.violations, trail);
      await this.judgeEnd(world.data, ended, trail);
      if (left === 0) continue;
      if (ended.is !== 'done') nodes.push({ data: world.data, left, trail });
      plans.push(...this.furtherFaults(plan, process, this.firstKnown(entries, plan, left)));
    }
  }

  private async tryOut(
    start: WorldData,
    plan: Plan,
  ): Promise<{ world: SimulatedWorld; ended: Ended; process: SimulatedProcess; entries: readonly Entry[] }> {
    const world = new SimulatedWorld(copyOf(start));
    const process = new SimulatedProcess(world, new Map(plan));
    const entries: Entry[] = [];
    const ended = await runCommand(this.it.direction, process, {
      config: this.it.config,
      emit: (event, running: Running) => {
        if (event.type !== 'cutover-state') return;
        const isInterrupted = process.interrupt.signal.aborted;
        const key = processLikeness(world.data, running, event.state, process.id, isInterrupted);
        entries.push({ key, call: process.calls.length, at: event.state });
      },
    });
    this.processes += 1;
    this.calls += process.calls.length;
    this.outcomes[ended.is] = (this.outcomes[ended.is] ?? 0) + 1;
    judgeDeath(world, process, start, this.it.direction);
    // What the tool left to the server comes after it, and so does whatever held the applier.
    world.pass(5_000);
    for (const { channel } of Object.values(world.data.servers))
      if (channel) Object.assign(channel, { isBlocked: false, isBehind: false });
    return { world, ended, process, entries };
  }

  /** The call from which on the process is in a state that has been explored with as many faults left. */
  private firstKnown(entries: readonly Entry[], plan: Plan, left: number): number {
    const last = plan.at(-1)?.[0] ?? -1;
    for (const entry of entries) {
      if (entry.call <= last) continue;
      if (!this.isNew(entry.key, left)) return entry.call;
    }
    return Infinity;
  }

  /** What went wrong in each part of a process is part of the step that it took. */
  private noteSteps(
    start: string,
    entries: readonly Entry[],
    plan: Plan,
    process: SimulatedProcess,
    end: string,
  ): void {
    let from = start;
    let begin = 0;
    for (const { key, call } of [...entries, { key: end, call: Infinity }]) {
      const faults = plan
        .filter(([index]) => index >= begin && index < call)
        .map(([index, fault]) => `${fault} at ${process.calls[index]?.text.replace(/\d+/g, 'N') ?? ''}`);
      this.steps.add(digest(`${from} ${faults.join(', ')} ${key}`));
      from = key;
      begin = call;
    }
  }

  private hasFound(rules: readonly string[] | undefined): boolean {
    const broken = [...this.found.values()].map(({ rule }) => rule);
    return rules?.every((rule) => broken.includes(rule)) === true;
  }

  private isNew(key: string, left: number): boolean {
    if ((this.seen.get(key) ?? -1) >= left) return false;
    this.seen.set(key, left);
    return true;
  }

  private furtherFaults(plan: Plan, process: SimulatedProcess, until: number): readonly Plan[] {
    const first = (plan.at(-1)?.[0] ?? -1) + 1;
    return process.calls
      .slice(first, until)
      .flatMap((call, offset) =>
        [...faultsOf(call.kind), ...(this.it.further?.(call, call.isCommitted) ?? [])].map((fault): Plan => [
          ...plan,
          [first + offset, fault],
        ]),
      );
  }

  /** Without further faults an operator comes to a good end from wherever a process has left the world. */
  private async judgeEnd(data: WorldData, ended: Ended, trail: readonly ProcessTrail[]): Promise<void> {
    const key = `${ended.is} ${likenessOf(data)}`;
    if (this.endedWell.has(key)) return;
    this.endedWell.add(key);
    const { violations, trail: rest } = await endWell(copyOf(data), ended, this.it);
    this.note(violations, [...trail, ...rest]);
  }

  private note(violations: readonly Violation[], trail: readonly ProcessTrail[]): void {
    for (const violation of violations) {
      const key = `${violation.rule} ${violation.text.replace(/\d+/g, 'N')}`;
      if (!this.found.has(key)) this.found.set(key, { ...violation, trail: printTrail(trail) });
    }
  }
}

/** Whatever time was lost before: an undo in which nothing goes wrong comes to its end (I4). */
function judgeUndoing(world: SimulatedWorld, ended: Ended, entries: readonly Entry[], plan: Plan): void {
  const began = entries.find(({ at }) => at === 'undoing')?.call;
  if (ended.is !== 'stalled' || began === undefined || world.isCommitted) return;
  if (plan.every(([call]) => call < began)) world.violated('I4', 'nothing went wrong in undoing, and it did not end');
}

/** Keys are long, and there are many. */
function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
