/** A command as it would run: the same code over recording ports. Nothing is changed, no lock is taken, no state is written. */
import { recordingPorts, type RecordedCall } from '../adapters/recording-ports';
import type { UpgradeEvent } from '../engine/events';
import { stepContext } from '../engine/step-context';
import type { RescuableStore } from '../ports/state-store';
import type { UpgradeState } from '../state/format';
import { memoryStore } from '../state/memory-store';
import { StateSession } from '../state/state-session';
import { renderDryRun, type DryRunLine } from '../view/dry-run-text';
import type { Command } from './command';

/**
 * `work` gets the command with ports that record. Its results are not printed, the calls are; its refusals are thrown as
 * those of the real command, whose exit code is answered as well.
 */
export async function dryRun(verb: string, command: Command, work: (dry: Command) => Promise<number>): Promise<number> {
  const { config, context, printer, session: real } = command;
  const lines: DryRunLine[] = [];
  const calls: RecordedCall[] = [];
  const recording = recordingPorts(context, {
    clusters: { blue: config.blue.cluster, green: config.green.cluster },
    onCall: (call) => {
      calls.push(call);
      lines.push({ is: 'call', call });
    },
  });
  const emit = (event: UpgradeEvent): void => {
    if (event.type === 'step-started') lines.push({ is: 'heading', text: event.title });
    if (event.type === 'cutover-state') lines.push({ is: 'heading', text: event.state });
    if (event.type === 'gate') printer.emit(event);
  };
  const store = inMemory(real.state);
  const session = await StateSession.open(store, config.name);
  const dry: Command = {
    ...command,
    ports: recording.ports,
    store,
    session,
    context: stepContext({
      ports: recording.ports,
      config,
      session,
      emit,
      signal: command.interrupt,
      allowed: [...context.allowed],
    }),
    printer: { ...printer, emit, result: () => undefined },
    watchdog: { arm: () => Promise.resolve({ disarm: () => Promise.resolve() }) },
  };
  const code = await work(dry);
  printer.result(renderDryRun(verb, lines, code));
  return code;
}

/** Starts from what is recorded and forgets the rest with the process. */
function inMemory(start: UpgradeState): RescuableStore {
  return {
    ...memoryStore(start),
    texts: () => Promise.resolve({ state: undefined, backup: undefined }),
    replace: () => Promise.resolve(undefined),
    leaveNote: () => Promise.resolve(undefined),
  };
}
