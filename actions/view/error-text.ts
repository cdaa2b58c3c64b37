/** An error as a person reads it: terse summary, what led to it, what to do next, the code to search for. */
import { messageOf, UpgradeError } from '../engine/errors';
import { paintWith } from './colour';

export interface ErrorView {
  readonly debug: boolean;
  readonly colour?: boolean;
}

/**
 * An AggregateError is a failure (its first member) during whose handling others failed, as an undo that did not work: all
 * are shown. Stack traces only with `debug`. No line break at the end.
 */
export function renderError(error: unknown, { debug, colour = false }: ErrorView): string {
  const paint = paintWith(colour);
  const [first, ...others] = membersOf(error);
  const blocks = [blockOf(first, paint('bad', 'error:'), debug)];
  for (const other of others) {
    blocks.push(blockOf(other, paint('bad', 'error while handling the one above:'), debug));
  }
  return blocks.join('\n\n');
}

/** The same for scripts: `{"type":"error", ...}`. */
export function renderErrorJson(error: unknown, { debug }: ErrorView): Readonly<Record<string, unknown>> {
  const [first, ...others] = membersOf(error).map((member) => ({
    code: codeOf(member),
    summary: messageOf(member),
    because: reasonsOf(member),
    ...(member instanceof UpgradeError && { source: member.source, retryable: member.retryable }),
    ...(member instanceof UpgradeError && member.hint !== undefined && { hint: member.hint }),
    ...(debug && member instanceof Error && { stack: member.stack }),
  }));
  return { type: 'error', ...first, ...(others.length > 0 && { alsoFailed: others }) };
}

function membersOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError && error.errors.length > 0 ? (error.errors as readonly unknown[]) : [error];
}

function blockOf(error: unknown, label: string, debug: boolean): string {
  const lines = [`${label} ${messageOf(error)}`];
  for (const reason of reasonsOf(error)) lines.push(`  because: ${reason}`);
  if (error instanceof UpgradeError && error.hint !== undefined) {
    lines.push('', ...error.hint.split('\n').map((line) => `  ${line}`));
  }
  lines.push('', `  code: ${codeOf(error)}`);
  if (debug && error instanceof Error && error.stack !== undefined) lines.push('', ...stacksOf(error));
  return lines.join('\n');
}

/** Messages of the causes, outermost first, without those that only repeat what was said. */
function reasonsOf(error: unknown): readonly string[] {
  const reasons: string[] = [];
  let said = messageOf(error);
  for (let cause = causeOf(error); cause !== undefined && reasons.length < 5; cause = causeOf(cause)) {
    const reason = messageOf(cause);
    if (!said.includes(reason)) reasons.push(reason);
    said += reason;
  }
  return reasons;
}

function stacksOf(error: Error): readonly string[] {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < 5; at = causeOf(at)) {
    stacks.push(at.stack ?? at.message);
  }
  return stacks;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

/** `unexpected`: not of our family, so a defect of the tool or of what it stands on. */
function codeOf(error: unknown): string {
  return error instanceof UpgradeError ? error.code : 'unexpected';
}
