/** `cutover` and `rollback`: the same machine, mirrored. */
import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { clusterFacts } from '../engine/context';
import { UpgradeError } from '../engine/errors';
import { beginWhenReady } from '../cutover/begin-when-ready';
import type { Timings } from '../cutover/budget';
import { gateContext, resumeSwitch, startSwitch, type Switch, type SwitchOutcome } from '../cutover/driver';
import { closeSwitch, fromSide, openSwitch } from '../cutover/open-switch';
import { readTimings } from '../cutover/timings';
import { trafficSampler } from '../cutover/traffic';
import type { StepContext } from '../engine/step';
import { writeEmergencyCopy } from '../state/emergency';
import type { ArmedWatchdog } from '../ports/watchdog';
import { servingSide, type CutoverRecord, type Direction, type Phase, type UpgradeState } from '../state/format';
import { otherSide } from '../steps/channel';
import type { DirectionReport } from '../view/report/model';
import { renderSwitchOutcome } from '../view/switch-outcome';
import { approve } from './approve';
import { runCommand, type Command } from './command';
import { dryRun } from './dry-run';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { writeReport } from './switch-report';
import { NO_WAITS, parseWaits, type WaitOptions } from './wait-options';
import { refuseUnreviewedSwitch } from './reviewed-plan';

interface SwitchOptions extends CommonOptions, WaitOptions {
  readonly waive?: readonly string[];
  readonly watchdog?: boolean;
  /** Only go on with what is recorded; begin nothing. */
  readonly onlyResume?: boolean;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

export function runSwitch(direction: Direction, options: SwitchOptions): Promise<number> {
  const isDry = options.dryRun === true;
  const access = isDry ? 'read' : 'write';
  return runCommand({ verb: direction, options, access, allowed: options.waive ?? [] }, (command) =>
    isDry
      ? dryRun(direction, command, (dry) =>
          carryOut(dry, direction, { ...options, autoApprove: true, watchdog: false }),
        )
      : carryOut(command, direction, options),
  );
}

async function carryOut(command: Command, direction: Direction, options: SwitchOptions): Promise<number> {
  const { session, printer } = command;
  const record = session.state.cutover;
  if (record && record.direction !== direction) {
    throw new UpgradeError(`a ${record.direction} is under way (${record.state})`, {
      code: 'phase-refused',
      source: 'user',
      hint: `Run \`npm run ${record.direction}\`: it undoes or completes what the last process has left. Nothing was changed.`,
    });
  }
  if (!record) {
    if (options.onlyResume === true) return EXIT.done;
    if (session.state.phase === DONE[direction]) {
      printer.result({
        text: `${direction} is done already: nothing to do.`,
        json: { type: direction, outcome: { is: 'nothing-to-do' } },
      });
      return EXIT.done;
    }
    refuseWrongPhase(direction, command);
  }
  // What was reviewed is the beginning; going on with it is bound to the record.
  if (options.plan !== undefined && !record) {
    await refuseUnreviewedSwitch(command, direction, options.plan);
  }
  // What is recorded is gone on with at once, and a dry run has nothing to wait for.
  const waits =
    record || options.dryRun === true ? NO_WAITS : await parseWaits(direction, options, command.context.clock.now());
  const from = fromSide(direction);
  const to = otherSide(from);
  const cluster = clusterFacts(command.context, to).clusterId;
  if (!record) {
    await approve(
      options,
      `Switch writes from ${clusterFacts(command.context, from).clusterId} to ${cluster}?`,
      cluster,
      command.interrupt,
    );
  }
  const timings = await readTimings(resolve(dirname(options.config), command.config.cutover.timings));
  const open = (context: StepContext): Promise<Switch> => openFor(command, direction, record, context, timings);
  if (record) return attempt(command, direction, options, record, open);
  return beginWhenReady({
    context: command.context,
    direction,
    waits,
    async observe(work) {
      const it = await open(command.context);
      try {
        return await work(gateContext(it));
      } finally {
        await closeSwitch(it);
      }
    },
    attempt: () => attempt(command, direction, options, record, open),
  });
}

/** What is recorded is gone on with at once; a new switch begins. */
async function attempt(
  command: Command,
  direction: Direction,
  options: SwitchOptions,
  record: CutoverRecord | undefined,
  open: (context: StepContext) => Promise<Switch>,
): Promise<number> {
  const gates: DirectionReport['gates'][number][] = [];
  const opened = await open({
    ...command.context,
    emit: (event) => {
      if (event.type === 'gate') gates.push(event);
      command.context.emit(event);
    },
  });
  const traffic = trafficSampler(command.context, opened.base.from, opened.base.to);
  // Its clock does not wait, so there is no traffic to sample between two looks of a dry run.
  const it: Switch = options.dryRun === true ? opened : { ...opened, traffic };
  let armed: ArmedWatchdog | undefined;
  try {
    // Off for a resumed switch: whoever resumes it does what the watchdog would do.
    if (!record && options.watchdog !== false) armed = await command.watchdog.arm(direction);
    const outcome = record ? await resumeSwitch(it, record) : await startSwitch(it);
    const { evidence } = it.base.found;
    const samples = await traffic.end();
    const report =
      outcome.is === 'stalled'
        ? undefined
        : await writeReport(command, {
            summary: outcome.summary,
            evidence,
            gates,
            traffic: samples,
            planFile: record ? undefined : options.plan,
          });
    command.printer.result(renderSwitchOutcome(direction, outcome, evidence, report));
    return exitOf(outcome);
  } finally {
    await atMost(command.context, [traffic.end(), armed?.disarm(), closeSwitch(it)]);
  }
}

const TIDY_MS = 5_000;

/** The switch is over and told; a connection that is frozen must not keep the process. */
async function atMost({ clock }: StepContext, work: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const alarm = new AbortController();
  const late = clock.sleep(TIDY_MS, alarm.signal).catch(() => undefined);
  await Promise.race([Promise.allSettled(work), late]);
  alarm.abort();
}

function openFor(
  { session, interrupt }: Command,
  direction: Direction,
  record: CutoverRecord | undefined,
  context: StepContext,
  timings: Timings | undefined,
): Promise<Switch> {
  const saveElsewhere = (state: UpgradeState): Promise<string> => writeEmergencyCopy(state);
  const parts = { context, direction, record, newId: randomUUID(), session, interrupt, saveElsewhere };
  return openSwitch(timings ? { ...parts, timings } : parts);
}

const DONE: Readonly<Record<Direction, Phase>> = { cutover: 'switched', rollback: 'rolled-back' };

function exitOf(outcome: SwitchOutcome): number {
  if (outcome.is === 'stalled') return EXIT.personNeeded;
  return outcome.is === 'done' ? EXIT.done : EXIT.aborted;
}

function refuseWrongPhase(direction: Direction, { session }: Command): void {
  const { phase } = session.state;
  const from = fromSide(direction);
  const canSwitch = phase === 'replicating' || phase === 'switched' || phase === 'rolled-back';
  if (canSwitch && servingSide(phase) === from) return;
  throw new UpgradeError(`${direction} does not fit the phase ${phase}`, {
    code: 'phase-refused',
    source: 'user',
    hint:
      HINTS[phase] ??
      (servingSide(phase) === 'green'
        ? 'Green serves already; `npm run rollback` goes back.'
        : 'Blue serves; `npm run cutover` switches to green.'),
  });
}

const HINTS: Readonly<Record<string, string>> = {
  new: 'Run `npm run apply` first. Nothing was changed.',
  prepared: 'Run `npx cdktf deploy` and `npm run apply` first: green must follow blue. Nothing was changed.',
  finalized: 'The upgrade is over: there is no way back after finalize. Nothing was changed.',
};
