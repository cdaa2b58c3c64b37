/** What a command would have done, call by call, for people and for scripts. Pure. */
import { renderStatement } from '../mysql/render';
import type { AwsCall } from '../ports/aws';
import type { Command } from '../ports/command';
import type { Side, Statement } from '../ports/mysql-server';
import { renderEffect } from './plan-view';

export type DryRunCall =
  | { readonly kind: 'sql'; readonly side: Side; readonly statement: Statement }
  | { readonly kind: 'aws'; readonly call: AwsCall }
  | { readonly kind: 'command'; readonly command: Command };

export type DryRunLine =
  { readonly is: 'heading'; readonly text: string } | { readonly is: 'call'; readonly call: DryRunCall };

/** `exitCode`: the one that the command itself would have ended with. */
export function renderDryRun(
  verb: string,
  lines: readonly DryRunLine[],
  exitCode: number,
): { readonly text: string; readonly json: Readonly<Record<string, unknown>> } {
  const calls = lines.flatMap((line) => (line.is === 'call' ? [line.call] : []));
  // A heading without a call under it has nothing to say.
  const shown = lines.filter((line, index) => line.is === 'call' || lines[index + 1]?.is === 'call');
  const count = calls.length === 1 ? '1 call' : `${calls.length} calls`;
  return {
    text: [
      `Dry run of ${verb}: ${calls.length === 0 ? 'no call would be made' : `${count} would be made, in this order`}.`,
      ...shown.map((line) => (line.is === 'heading' ? `\n${line.text}` : `  ${textOf(line.call)}`)),
      '\nNothing was changed. Sessions, positions and lag are those of this moment.',
    ].join('\n'),
    json: { type: 'dry-run', verb, exitCode, calls: calls.map(jsonOf) },
  };
}

function textOf(call: DryRunCall): string {
  return call.kind === 'command' ? `run ${[call.command.program, ...call.command.args].join(' ')}` : renderEffect(call);
}

function jsonOf(call: DryRunCall): Readonly<Record<string, unknown>> {
  if (call.kind === 'sql') return { kind: 'sql', side: call.side, sql: renderStatement(call.statement) };
  if (call.kind === 'aws') return { kind: 'aws', ...call.call };
  return { kind: 'command', program: call.command.program, args: call.command.args };
}
