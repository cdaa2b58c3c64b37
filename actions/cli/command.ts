/** What every verb needs around its own work: configuration, lock, state, events, Ctrl-C, an exit code. */
import { EventEmitter } from 'node:events';
import { UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { stepContext } from '../engine/step-context';
import type { UpgradeEvent } from '../engine/events';
import type { UpgradeState } from '../state/format';
import { StateSession } from '../state/state-session';
import { wantsColour } from '../view/colour';
import { createPrinter, type Printer } from '../view/printer';
import { compose, type Composition } from './compose';
import { exitCodeOf } from './exit-codes';
import { notifyEnd } from './notify';
import type { CommonOptions } from './options';
import { openRecorder, type Recorder } from './record';
import { refuseOlder } from '../state/refuse-older';

export interface Command extends Composition {
  readonly printer: Printer;
  readonly session: StateSession;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
  /** The context of steps for now: the phase is read from the state each time. */
  readonly context: StepContext;
}

export interface CommandSettings {
  readonly verb: string;
  readonly options: CommonOptions;
  /** `write`: under the lock. `read`: looks only, so it needs no lock. */
  readonly access: 'read' | 'write';
  readonly allowed?: readonly string[];
  /** Instead of what the store holds: for a command that works although that cannot be read. */
  readonly open?: () => Promise<StateSession>;
}

/** Prints every error; answers the exit code. */
export async function runCommand(
  settings: CommandSettings,
  work: (command: Command) => Promise<number>,
): Promise<number> {
  const printer = printerFor(settings.options);
  const interrupt = new AbortController();
  const stopListening = onInterrupt(interrupt, printer);
  let composition: Composition | undefined;
  let release: (() => Promise<void>) | undefined;
  let session: StateSession | undefined;
  let recorder: Recorder | undefined;
  let exitCode: number;
  try {
    // A switch settles what it has asked for: after its commit an answer that is not waited for would stall it.
    const isSwitch = settings.verb === 'cutover' || settings.verb === 'rollback';
    composition = compose(settings.options.config, process.env, isSwitch ? undefined : interrupt.signal);
    if (settings.access === 'write') {
      const lock = await composition.store.lock(settings.verb);
      release = () => lock.release();
    }
    if (settings.access === 'write')
      recorder = await openRecorder({ ...settings, beside: composition.config.besideState });
    const anchors = (): UpgradeState['audit'] => recorder?.anchors();
    session = await (settings.open?.() ?? StateSession.open(composition.store, composition.config.name, anchors));
    recorder?.started(session.state);
    if (settings.open === undefined) refuseOlder(session.state, composition.store.location, recorder?.known());
    const emit = (event: UpgradeEvent): void => {
      printer.emit(event);
      recorder?.event(event);
    };
    const context = stepContext({
      ports: composition.ports,
      config: composition.config,
      session,
      emit,
      signal: interrupt.signal,
      allowed: settings.allowed ?? [],
    });
    exitCode = await work({ ...composition, printer, session, interrupt: interrupt.signal, context });
  } catch (error) {
    const shown = interrupt.signal.aborted && !(error instanceof UpgradeError) ? interrupted() : error;
    printer.error(shown, { debug: settings.options.debug === true });
    exitCode = exitCodeOf(shown);
  }
  stopListening();
  const failure = await recorder?.ended(exitCode, session?.state);
  if (failure !== undefined) {
    const text = `the audit could not be written: ${failure}`;
    printer.emit({ type: 'note', level: 'warning', code: 'audit-not-written', text });
  }
  await composition?.ports.mysql.close();
  await release?.();
  if (composition && settings.access === 'write') {
    await notifyEnd(composition.config, process.env, printer, {
      verb: settings.verb,
      exitCode,
      phase: session?.state.phase,
    });
  }
  printer.close();
  return exitCode;
}

export function printerFor(options: CommonOptions): Printer {
  const mode = options.json === true ? 'json' : process.stderr.isTTY ? 'live' : 'lines';
  return createPrinter({
    mode,
    stdout: process.stdout,
    stderr: process.stderr,
    colour: wantsColour(process.stderr, process.env),
    now: () => new Date(),
  });
}

/** The first Ctrl-C asks for an orderly end; the second one leaves at once, which a later run repairs. */
function onInterrupt(interrupt: AbortController, printer: Printer): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const listener = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    printer.emit({
      type: 'note',
      level: 'warning',
      code: 'interrupting',
      text: 'Interrupted: ending in good order. Press Ctrl-C again to leave at once.',
    });
    interrupt.abort(interrupted());
  };
  // A step may listen many times to the one signal; that is no leak.
  EventEmitter.setMaxListeners(0, interrupt.signal);
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

function interrupted(): UpgradeError {
  return new UpgradeError('interrupted', {
    code: 'interrupted',
    source: 'user',
    hint: 'Run the same command again to go on.',
  });
}
