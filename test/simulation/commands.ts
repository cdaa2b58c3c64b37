/** The tool's commands over a simulated world: composed as actions/cli does it, approved at once. */
import type { UpgradeConfig } from '../../actions/config/schema';
import { resumeSwitch, startSwitch, type Switch, type SwitchOutcome } from '../../actions/cutover/driver';
import type { UpgradeEvent } from '../../actions/engine/events';
import { stepContext } from '../../actions/engine/step-context';
import { fromSide, openSwitch } from '../../actions/cutover/open-switch';
import { BlockedError } from '../../actions/engine/runner';
import type { StepContext } from '../../actions/engine/step';
import type { Side } from '../../actions/ports/mysql-server';
import { servingSide, type Direction } from '../../actions/state/format';
import { StateSession } from '../../actions/state/state-session';
import { runApply, runFinalize, runUndo } from '../../actions/steps/run-phases';
import { simulatedAws } from './aws';
import { simulatedConnector } from './connector';
import type { SimulatedProcess } from './process';
import { simulatedCommands } from './programs';
import { simulatedStore } from './state-store';

export type Ended =
  | { readonly is: 'done' | 'aborted' | 'waiting' }
  | { readonly is: 'stalled'; readonly reason: string }
  /** Refused before any effect of the command. */
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string }
  | { readonly is: 'crashed' };

export interface Running {
  readonly session: StateSession;
  readonly context: StepContext;
  /** Set while a switch runs. */
  switch?: Switch;
}

export interface CommandSettings {
  readonly config: UpgradeConfig;
  readonly emit?: (event: UpgradeEvent, running: Running) => void;
  readonly allowed?: readonly string[];
}

export type Command = 'cutover' | 'rollback' | 'apply' | 'undo' | 'finalize' | 'finalize --delete';

/** Runs a command to its end, or to the death of its process. Nothing of the process is left afterwards. */
export async function runCommand(
  command: Command,
  process: SimulatedProcess,
  settings: CommandSettings,
): Promise<Ended> {
  const ended = await Promise.race([
    work(command, process, settings),
    process.death.then(() => ({ is: 'crashed' }) as const),
  ]);
  process.end();
  const unknown = process.calls.find(({ outcome }) => outcome.startsWith('Error:'));
  if (!process.world.isTrustworthy) throw new Error(`the simulation must learn: ${unknown?.text} ${unknown?.outcome}`);
  return ended;
}

async function work(command: Command, process: SimulatedProcess, settings: CommandSettings): Promise<Ended> {
  try {
    const running = await openRunning(process, settings);
    if (command === 'apply') return await apply(running);
    if (command === 'undo') return await undo(running);
    if (command === 'finalize' || command === 'finalize --delete')
      return await finalize(running, command === 'finalize --delete');
    const outcome = await runSwitch(command, running, process);
    return outcome.is === 'stalled' ? { is: outcome.is, reason: outcome.reason } : { is: outcome.is };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && !('code' in error) && !reason.startsWith('read_only of')) throw error;
    return { is: error instanceof BlockedError ? 'refused' : 'failed', reason };
  }
}

/** What every command has: the state and the context of steps. */
export async function openRunning(
  process: SimulatedProcess,
  { config, emit, allowed }: CommandSettings,
): Promise<Running> {
  const session = await StateSession.open(simulatedStore(process), config.name);
  const context = stepContext({
    ports: {
      mysql: simulatedConnector(process),
      aws: simulatedAws(process),
      commands: simulatedCommands(process),
      clock: {
        now: () => new Date(process.world.now),
        monotonicMs: () => process.world.now,
        sleep: (ms, signal) => process.sleep(ms, signal),
      },
    },
    config,
    session,
    emit: (event) => emit?.(event, running),
    signal: process.interrupt.signal,
    allowed: allowed ?? [],
  });
  const running: Running = { session, context };
  return running;
}

async function apply({ session, context }: Running): Promise<Ended> {
  const { phase, cutover } = session.state;
  if (cutover) return { is: 'refused', reason: `a ${cutover.direction} is under way` };
  if (phase === 'switched' || phase === 'finalized') return { is: 'refused', reason: `green serves already` };
  const outcome = await runApply(context, session);
  return { is: outcome.is };
}

async function finalize({ session, context }: Running, deletes: boolean): Promise<Ended> {
  const { phase, cutover } = session.state;
  if (cutover) return { is: 'refused', reason: `a ${cutover.direction} is under way` };
  if (phase !== 'switched' && phase !== 'finalized') return { is: 'refused', reason: `finalize does not fit ${phase}` };
  await runFinalize(context, session, deletes);
  return { is: 'done' };
}

async function undo({ session, context }: Running): Promise<Ended> {
  await runUndo(context, session);
  return { is: 'done' };
}

async function runSwitch(direction: Direction, running: Running, process: SimulatedProcess): Promise<SwitchOutcome> {
  const { session, context } = running;
  const record = session.state.cutover;
  refuse(direction, fromSide(direction), session);
  const newId = `${direction} ${session.state.history.length + 1} ${process.world.now}`;
  const it = await openSwitch({ context, direction, record, newId, session, interrupt: process.interrupt.signal });
  running.switch = it;
  return record ? resumeSwitch(it, record) : startSwitch(it);
}

function refuse(direction: Direction, from: Side, { state }: StateSession): void {
  const { cutover: record, phase } = state;
  const fits = record
    ? record.direction === direction
    : ['replicating', 'switched', 'rolled-back'].includes(phase) && servingSide(phase) === from;
  if (fits) return;
  const summary = `${direction} does not fit ${record ? `a ${record.direction} under way` : `the phase ${phase}`}`;
  throw new BlockedError({ id: direction }, [{ code: 'phase-refused', summary, detail: '' }]);
}
