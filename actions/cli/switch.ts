/** `cutover` and `rollback`: the same machine, mirrored. */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { compareSavedPlan } from '../engine/saved-plan';
import { configHash } from '../config/load';
import { clusterFacts } from '../engine/context';
import { messageOf, UpgradeError } from '../engine/errors';
import { resumeSwitch, startSwitch, type SwitchOutcome } from '../cutover/driver';
import { closeSwitch, fromSide, openSwitch } from '../cutover/open-switch';
import type { StepContext } from '../engine/step';
import { writeEmergencyCopy } from '../state/emergency';
import { thisProcess } from '../adapters/this-process';
import { servingSide, type CutoverSummary, type Direction, type Phase, type UpgradeState } from '../state/format';
import { otherSide } from '../steps/channel';
import type { DirectionReport } from '../view/report/model';
import { saveReport } from '../view/report/save-report';
import { switchReport } from '../view/report/switch-report';
import { renderSwitchOutcome } from '../view/switch-outcome';
import { approve } from './approve';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

interface SwitchOptions extends CommonOptions {
  readonly waive?: readonly string[];
  readonly watchdog?: boolean;
  /** Only go on with what is recorded; begin nothing. */
  readonly onlyResume?: boolean;
  readonly plan?: string;
}

export function runSwitch(direction: Direction, options: SwitchOptions): Promise<number> {
  return runCommand({ verb: direction, options, access: 'write', allowed: options.waive ?? [] }, async (command) => {
    const { session, printer, config } = command;
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
      await compareSavedPlan(options.plan, {
        lineage: session.state.lineage,
        stateSerial: session.state.serial,
        configHash: configHash(config),
      });
    }
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
    const gates: DirectionReport['gates'][number][] = [];
    const context: StepContext = {
      ...command.context,
      emit: (event) => {
        if (event.type === 'gate') gates.push(event);
        command.context.emit(event);
      },
    };
    const { interrupt } = command;
    const saveElsewhere = (state: UpgradeState): Promise<string> => writeEmergencyCopy(state);
    const it = await openSwitch({ context, direction, record, newId: randomUUID(), session, interrupt, saveElsewhere });
    // Off for a resumed switch: whoever resumes it does what the watchdog would do.
    const armed = record || options.watchdog === false ? undefined : await command.watchdog.arm(direction);
    try {
      const outcome = record ? await resumeSwitch(it, record) : await startSwitch(it);
      const { evidence } = it.base.found;
      const report =
        outcome.is === 'stalled' ? undefined : await writeReport(command, outcome.summary, evidence, gates);
      printer.result(renderSwitchOutcome(direction, outcome, evidence, report));
      return exitOf(outcome);
    } finally {
      await armed?.disarm();
      await closeSwitch(it);
    }
  });
}

const DONE: Readonly<Record<Direction, Phase>> = { cutover: 'switched', rollback: 'rolled-back' };

function exitOf(outcome: SwitchOutcome): number {
  if (outcome.is === 'stalled') return EXIT.personNeeded;
  return outcome.is === 'done' ? EXIT.done : EXIT.aborted;
}

/** Best effort: a report that cannot be written changes nothing of how the switch ended. */
async function writeReport(
  { config, context, printer }: Command,
  summary: CutoverSummary,
  evidence: readonly string[],
  gates: DirectionReport['gates'],
): Promise<string | undefined> {
  const when = context.clock.now().toISOString();
  const report = switchReport({
    upgrade: config.name,
    who: operator(),
    when,
    facts: context.facts(),
    summary,
    gates,
    evidence,
  });
  const name = `${summary.startedAt.replaceAll(/[:.]/g, '-')}-${summary.direction}`;
  try {
    return await saveReport(report, join(dirname(config.besideState), 'reports', name));
  } catch (error) {
    printer.emit({ type: 'note', level: 'warning', code: 'report-not-written', text: messageOf(error) });
    return undefined;
  }
}

function operator(): string {
  const { user, host } = thisProcess.self();
  return `${user}@${host}`;
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
