/** One round: a switch under write load, a fault in it, and what must be true afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../actions/ports/mysql-server';
import type { Direction } from '../../actions/state/format';
import { auditSides } from '../rehearsal/audit';
import { measureSwitch } from '../writers/switch-measurement';
import { monotonicMs } from '../writers/monotonic';
import type { LedgerSnapshot } from '../writers/ledger';
import type { WriterLoad } from '../writers/writer-load';
import { describeCode, describeEnd, lastError, longestGapMs } from './ends';
import type { Fault, Scene } from './fault';
import { BUDGET_MS, type FaultLab } from './fault-lab';
import type { Random } from './random';
import { makeWriteTable, sidesThatTakeAWrite } from './probe-table';
import { unrest } from './rest';
import { SideWatch } from './side-watch';
import type { ToolRun } from './tool-process';
import { watchdogsEnded } from './watchdogs';

/** What starting a process, and noticing that one has died, may take on a busy machine. */
const GRACE_MS = 4_000;
const TOOL_PATIENCE_MS = 240_000;
const WATCHDOG_PATIENCE_MS = 180_000;
const WRITES_PATIENCE_MS = 20_000;
/** A switch that follows a broken one may find the replica behind, or the lock of the dead process still held. */
const AGAIN_PATIENCE_MS = 60_000;

export interface RoundResult {
  readonly round: number;
  readonly fault: string;
  readonly family: string;
  readonly direction: Direction;
  /** How it ended before anybody did anything, and what the command that was named then made of it. */
  readonly end: string;
  readonly notes: readonly string[];
  /** Empty when everything held. */
  readonly problems: readonly string[];
  readonly acknowledged: number;
  /** The longest time with both sides `read_only`, before a person acted. Locked tables do not show in it, but in `gapMs`. */
  readonly closedMs: number;
  /** The longest time without an acknowledged write before a person acted. */
  readonly gapMs: number;
  readonly durationMs: number;
}

/** What a failed round leaves for people to look at. */
export interface RoundEvidence {
  readonly runs: readonly { readonly words: readonly string[]; readonly run: ToolRun }[];
  readonly samples: SideWatch['samples'];
  readonly ledger: LedgerSnapshot | undefined;
}

export async function playRound(
  lab: FaultLab,
  fault: Fault,
  random: Random,
  round: number,
): Promise<{ readonly result: RoundResult; readonly evidence: RoundEvidence }> {
  const played = new Round(lab, fault, random);
  const startMs = monotonicMs();
  await played.play();
  const { notes, problems, end, closedMs, gapMs, acknowledged, direction } = played;
  const result = {
    round,
    fault: fault.name,
    family: fault.family,
    direction,
    end,
    notes,
    problems,
    acknowledged,
    closedMs: Math.round(closedMs),
    gapMs: Math.round(gapMs),
    durationMs: Math.round(monotonicMs() - startMs),
  };
  return { result, evidence: { runs: played.runs, samples: played.watch.samples, ledger: played.ledger } };
}

class Round {
  readonly direction: Direction;
  readonly problems: string[] = [];
  readonly notes: string[] = [];
  readonly runs: { words: readonly string[]; run: ToolRun }[] = [];
  readonly watch: SideWatch;
  ledger: LedgerSnapshot | undefined;
  end = 'not played';
  closedMs = 0;
  gapMs = 0;
  acknowledged = 0;
  /** From the start of the tool to the end that was judged. */
  private judged = { fromMs: 0, toMs: 0, needsPerson: false };
  private readonly from: Side;
  private readonly to: Side;
  private readonly healers: (() => Promise<void>)[] = [];

  constructor(
    private readonly lab: FaultLab,
    private readonly fault: Fault,
    private readonly random: Random,
  ) {
    this.direction = lab.possibleDirection();
    [this.from, this.to] = this.direction === 'cutover' ? ['blue', 'green'] : ['green', 'blue'];
    this.watch = new SideWatch(lab);
  }

  async play(): Promise<void> {
    let load: WriterLoad | undefined;
    try {
      load = await this.lab.startWriters();
      await this.writes(load, this.from);
      const fromMs = monotonicMs();
      await this.befall();
      await this.finish();
      this.problems.push(...(await unrest(this.lab)));
      await this.writes(load, this.to);
      this.ledger = await load.stop();
      await this.judgeLedger(this.ledger, fromMs);
    } catch (error) {
      this.problems.push(error instanceof Error ? error.message : String(error));
      this.ledger ??= await load?.stop().catch(() => undefined);
    } finally {
      await this.healAll();
      await load?.kill();
      await this.watch.stop();
    }
    if (this.watch.bothMs.length > 0)
      this.problems.push(`both sides took writes, seen ${this.watch.bothMs.length} times`);
  }

  /** The switch with the fault in it, until nothing moves any more without a person. */
  private async befall(): Promise<void> {
    const { lab, fault, direction } = this;
    const scene = this.scene();
    await makeWriteTable(lab);
    await fault.before?.(scene);
    const startMs = monotonicMs();
    const words = [
      direction,
      '--auto-approve',
      ...(fault.watchdog === false ? ['--no-watchdog'] : []),
      ...lab.withSettings(fault.settings ?? []),
    ];
    const before = lab.readState();
    const tool = lab.start(words, fault.environment?.(scene));
    const during = fault.during?.(scene, tool).catch((error: unknown) => {
      this.problems.push(`the fault could not be made: ${String(error)}`);
    });
    const run = await this.within(tool.done, TOOL_PATIENCE_MS, () => tool.kill('SIGKILL'));
    this.runs.push({ words, run });
    await during;
    if (run.exitCode === 137 && !(await watchdogsEnded(lab, WATCHDOG_PATIENCE_MS)))
      this.problems.push(`the watchdog had not ended after ${WATCHDOG_PATIENCE_MS / 1_000} s`);
    const endMs = monotonicMs();
    this.closedMs = this.watch.longestClosedMs(startMs, endMs);
    const after = lab.readState();
    this.end = describeEnd(run.exitCode, before, after);
    const needsPerson = await this.judgeEnd(run.exitCode);
    this.judged = { fromMs: startMs, toMs: endMs, needsPerson };
    await this.healAll();
  }

  /** Answers whether a person is needed. */
  private async judgeEnd(exitCode: number): Promise<boolean> {
    const { cutover, phase } = this.lab.readState();
    const isEnded = cutover === undefined;
    const writable = await sidesThatTakeAWrite(this.lab);
    const isLeft = this.fault.strands === true && exitCode === 137;
    if (![0, 1, 3, 4, 5, 137].includes(exitCode)) this.problems.push(`the exit code ${exitCode} says nothing here`);
    if (exitCode === 1 && !isEnded) this.problems.push('exit code 1, and a switch is under way');
    if (exitCode === 5 || isLeft) {
      await this.judgeNext();
    } else if (isEnded) {
      const serving = phase === 'switched' ? 'green' : 'blue';
      if (writable.join() !== serving) this.problems.push(`${this.end}, and [${writable.join()}] takes writes`);
    } else if (exitCode === 137) {
      // The watchdog met what it cannot cure: a person is needed, as after exit code 5.
      await this.judgeNext();
    } else {
      this.problems.push(`exit code ${exitCode}, and the state holds a switch: ${cutover.state}`);
    }
    if (writable.length > 1) this.problems.push('both sides take writes');
    const needsPerson = exitCode === 5 || isLeft || !isEnded;
    if (needsPerson) this.end += ` (${writable.length === 0 ? 'nobody' : writable.join(' and ')} serves)`;
    if (!needsPerson && this.closedMs > BUDGET_MS + GRACE_MS)
      this.problems.push(`no side took writes for ${Math.round(this.closedMs)} ms; the budget is ${BUDGET_MS} ms`);
    return needsPerson;
  }

  /** `status` must name the command that ends it. */
  private async judgeNext(): Promise<void> {
    if (this.lab.readState().cutover === undefined) return;
    const words = ['status'];
    const run = await this.lab.run(words);
    this.runs.push({ words, run });
    if (!run.stdout.includes(`npm run ${this.direction}`))
      this.problems.push(`a person is needed, and \`status\` does not name \`npm run ${this.direction}\``);
  }

  /** The same command, until the switch is made: the first time it ends or undoes what was left. */
  private async finish(): Promise<void> {
    const giveUpMs = monotonicMs() + AGAIN_PATIENCE_MS;
    let isFirst = true;
    while (!this.isSwitched()) {
      const startMs = monotonicMs();
      const wasUnderWay = this.lab.readState().cutover !== undefined;
      const words = [this.direction, '--auto-approve'];
      const again = this.lab.start(words);
      const run = await this.within(again.done, TOOL_PATIENCE_MS, () => again.kill('SIGKILL'));
      this.runs.push({ words, run });
      if (wasUnderWay && isFirst) this.end += `, then ${describeCode(run.exitCode)}`;
      if (run.exitCode === 0 || run.exitCode === 4) {
        const closedMs = this.watch.longestClosedMs(startMs, monotonicMs());
        if (closedMs > BUDGET_MS + GRACE_MS)
          this.problems.push(`the command run again left no side open for ${Math.round(closedMs)} ms`);
        // What was undone leaves nothing in the way of another attempt.
        if (run.exitCode === 4 && !wasUnderWay) this.problems.push('the command run again was undone');
      }
      isFirst = false;
      if (this.isSwitched()) return;
      if (run.exitCode === 0) throw new Error(`${this.direction} ended with 0 and the phase is another`);
      if (monotonicMs() > giveUpMs)
        throw new Error(`${this.direction} run again ends with ${run.exitCode}: ${lastError(run)}`);
      if (run.exitCode === 3 && !wasUnderWay && lastError(run).includes('replication'))
        this.runs.push({ words: ['apply'], run: await this.lab.run(['apply', '--auto-approve']) });
      await sleep(500);
    }
  }

  private isSwitched(): boolean {
    const { phase, cutover } = this.lab.readState();
    return cutover === undefined && (phase === 'switched') === (this.direction === 'cutover');
  }

  private async judgeLedger(ledger: LedgerSnapshot, fromMs: number): Promise<void> {
    const { lab, from, to } = this;
    const sides = { servingEndpoint: lab.endpointOf(to), otherEndpoint: lab.endpointOf(from) };
    const audit = await auditSides(lab.description, sides, ledger);
    this.acknowledged = audit.acknowledged;
    for (const name of ['lost', 'missingOnOther', 'duplicated', 'miscounted'] as const) {
      const found = audit[name];
      if (found.length > 0) this.problems.push(`${found.length} ${name}: ${JSON.stringify(found.slice(0, 3))}`);
    }
    const { dual } = measureSwitch(ledger, { oldUuid: lab.uuidOf(from), newUuid: lab.uuidOf(to), fromMs });
    this.gapMs = longestGapMs(ledger, this.judged.fromMs, this.judged.toMs);
    if (!this.judged.needsPerson && this.gapMs > BUDGET_MS + GRACE_MS)
      this.problems.push(`no write was acknowledged for ${Math.round(this.gapMs)} ms; the budget is ${BUDGET_MS} ms`);
    if (dual.length > 0) this.problems.push(`${dual.length} written on both: ${JSON.stringify(dual.slice(0, 3))}`);
  }

  /** Waits until the application has written anew on that side. */
  private async writes(load: WriterLoad, side: Side): Promise<void> {
    const before = (await load.progress()).acknowledged;
    const uuid = this.lab.uuidOf(side);
    const end = monotonicMs() + WRITES_PATIENCE_MS;
    for (;;) {
      const { acknowledged, lastServerUuid } = await load.progress();
      if (acknowledged >= before + 20 && lastServerUuid === uuid) return;
      if (monotonicMs() > end) throw new Error(`the application does not write on ${side}`);
      await sleep(50);
    }
  }

  private scene(): Scene {
    const { lab, direction, from, to, random, notes, healers } = this;
    return {
      lab,
      direction,
      from,
      to,
      random,
      heal: (how) => healers.push(how),
      note: (text) => notes.push(text),
      problem: (text) => this.problems.push(text),
      missed: () => notes.push('missed'),
    };
  }

  private async healAll(): Promise<void> {
    for (const heal of this.healers.splice(0).reverse())
      await heal().catch((error: unknown) => this.problems.push(`not healed: ${String(error)}`));
  }

  private async within(done: Promise<ToolRun>, ms: number, giveUp: () => void): Promise<ToolRun> {
    const timer = setTimeout(() => {
      this.problems.push(`the tool had not ended after ${ms / 1_000} s`);
      giveUp();
    }, ms);
    try {
      return await done;
    } finally {
      clearTimeout(timer);
    }
  }
}
