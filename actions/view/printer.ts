/**
 * What a person or a script sees while a command runs. Results go to stdout, progress and errors to stderr; with `json`
 * everything is one object a line on stdout, the first of them the version line.
 */
import type { UpgradeEvent } from '../engine/events';
import { paintWith } from './colour';
import { renderError, renderErrorJson } from './error-text';
import { describeEvent } from './event-line';
import { TOOL_VERSION } from './tool-version';

export type PrinterMode = 'live' | 'lines' | 'json';

export interface Output {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

export interface PrinterOptions {
  readonly mode: PrinterMode;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly colour: boolean;
  readonly now: () => Date;
}

export interface Printer {
  emit(event: UpgradeEvent): void;
  /** What the command was asked for: `text` (ends without a line break) for people, `json` for scripts. */
  result(result: { readonly text: string; readonly json: Readonly<Record<string, unknown>> }): void;
  error(error: unknown, options: { readonly debug: boolean }): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}

/** A wait for the same reason is repeated in a log no more often than this. */
const WAIT_LINE_EVERY_MS = 10_000;
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = '\r\x1b[2K';

export function createPrinter(options: PrinterOptions): Printer {
  const printers = { live: createLivePrinter, lines: createLinesPrinter, json: createJsonPrinter };
  return printers[options.mode](options);
}

function createJsonPrinter({ stdout, now }: PrinterOptions): Printer {
  const write = (value: unknown): void => {
    stdout.write(`${JSON.stringify(value)}\n`);
  };
  write({ type: 'version', format: 1, tool: TOOL_VERSION });
  return {
    emit: (event) => {
      write({ ...event, at: now().toISOString() });
    },
    result: ({ json }) => {
      write(json);
    },
    error: (error, { debug }) => {
      write(renderErrorJson(error, { debug }));
    },
    close: () => undefined,
  };
}

function createLinesPrinter({ stdout, stderr, colour, now }: PrinterOptions): Printer {
  const paint = paintWith(colour);
  let lastWait = { reason: '', elapsedMs: 0 };
  const isRepeated = (event: UpgradeEvent): boolean => {
    if (event.type !== 'waiting') return false;
    const { reason, elapsedMs } = event;
    const sinceLast = elapsedMs - lastWait.elapsedMs;
    if (reason === lastWait.reason && sinceLast >= 0 && sinceLast < WAIT_LINE_EVERY_MS) return true;
    lastWait = { reason, elapsedMs };
    return false;
  };
  return {
    emit: (event) => {
      if (isRepeated(event)) return;
      const { word, tone, text, detail } = describeEvent(event);
      const lines = [`${paint(tone, word.padEnd(8))} ${oneLine(text)}`, ...detail.map((line) => `         ${line}`)];
      for (const line of lines) stderr.write(`${now().toISOString()} ${line}\n`);
    },
    result: ({ text }) => {
      stdout.write(`${text}\n`);
    },
    error: (error, { debug }) => {
      stderr.write(`${renderError(error, { debug, colour })}\n`);
    },
    close: () => undefined,
  };
}

/** What is finished stays as lines; below it one line says what runs or what is waited for. */
function createLivePrinter({ stdout, stderr, colour }: PrinterOptions): Printer {
  const paint = paintWith(colour);
  const state = { running: '', isShown: false };
  const hide = (): void => {
    if (state.isShown) stderr.write(CLEAR_LINE);
    state.isShown = false;
  };
  const show = (text: string): void => {
    hide();
    stderr.write(fit(`… ${oneLine(text)}`, (stderr.columns ?? DEFAULT_COLUMNS) - 1));
    state.isShown = true;
  };
  const keep = (event: UpgradeEvent): void => {
    const { sign, tone, text, detail } = describeEvent(event);
    hide();
    const lines = [`${paint(tone, sign)} ${oneLine(text)}`, ...detail.map((line) => `    ${line}`)];
    stderr.write(`${lines.join('\n')}\n`);
  };
  return {
    emit: (event) => {
      if (event.type === 'step-started') {
        state.running = event.title;
        show(event.title);
      } else if (event.type === 'waiting') {
        show(describeEvent(event).text);
      } else {
        keep(event);
        if (event.type === 'step-ended') state.running = '';
        else if (state.running !== '') show(state.running);
      }
    },
    result: ({ text }) => {
      hide();
      stdout.write(`${text}\n`);
    },
    error: (error, { debug }) => {
      hide();
      stderr.write(`${renderError(error, { debug, colour })}\n`);
    },
    close: hide,
  };
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function fit(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `${characters.slice(0, columns - 1).join('')}…`;
}
