import { existsSync, writeFileSync } from 'node:fs';

import { UPGRADE_CHECKS } from '../checks/catalogue';
import { isBlocked, isIncomplete, type PrecheckReport } from '../checks/report';
import { renderFixScript } from '../view/precheck-fix-script';
import { renderPrecheckHtml } from '../view/precheck-html';
import { precheckObject } from '../view/precheck-json';
import { renderPrecheckJunit } from '../view/precheck-junit';
import { renderPrecheckMarkdown } from '../view/precheck-markdown';
import { renderPrecheckText } from '../view/precheck-text';
import { wantsColour } from '../view/colour';
import type { Printer } from '../view/printer';
import { EXIT, type ExitCode } from './exit-codes';
import { usageError, type PrecheckFormat } from './precheck-options';

export interface ResultWishes {
  readonly format: PrecheckFormat;
  readonly all: boolean;
  readonly fixScript: string | undefined;
}

/** Before anything is run: a file that is there already is somebody's work. Throws `UpgradeError` code `usage`. */
export function refuseToOverwrite(file: string | undefined): void {
  if (file !== undefined && existsSync(file)) throw alreadyThere(file);
}

/** Prints the report, writes the script of cures where it was asked for, and answers the exit code. */
export function showPrechecks(report: PrecheckReport, wishes: ResultWishes, printer: Printer): ExitCode {
  if (wishes.fixScript !== undefined) writeNewFile(wishes.fixScript, renderFixScript(report, UPGRADE_CHECKS));
  printer.result({ text: render(report, wishes), json: precheckObject(report) });
  return exitCodeOfReport(report);
}

/** 3: an error blocks. 1: nothing that was seen blocks, but something could not be looked at. */
export function exitCodeOfReport(report: PrecheckReport): ExitCode {
  if (isBlocked(report)) return EXIT.refused;
  return isIncomplete(report) ? EXIT.failed : EXIT.done;
}

function render(report: PrecheckReport, { format, all, fixScript }: ResultWishes): string {
  if (format === 'markdown') return renderPrecheckMarkdown(report).trimEnd();
  if (format === 'junit') return renderPrecheckJunit(report).trimEnd();
  if (format === 'html') return renderPrecheckHtml(report).trimEnd();
  const text = renderPrecheckText(report, { all, colour: wantsColour(process.stdout, process.env) });
  return fixScript === undefined
    ? text
    : `${text}\nThe cures are in ${fixScript}: read it, decide, then run what you want of it. Nothing was executed.`;
}

function writeNewFile(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw alreadyThere(file);
    throw error;
  }
}

function alreadyThere(file: string): Error {
  return usageError(
    `${file} is there already`,
    'Nothing was run and nothing was written: a script that somebody has edited is not overwritten. Name another file with --fix-script, or move this one away.',
  );
}
