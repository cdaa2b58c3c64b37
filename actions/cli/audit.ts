import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { UpgradeError } from '../engine/errors';
import type { AuditEntry } from '../state/audit';
import { isMissing } from '../state/read';
import { verifyAudit } from '../state/verify-audit';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { auditOf } from './record';

interface AuditOptions extends CommonOptions {
  /** Another machine's audit, with the name of that machine as the state knows it. */
  readonly file?: string;
  readonly host?: string;
}

/** `audit verify`: whether the record of what was done is whole, and what it says. */
export function auditVerify(options: AuditOptions): Promise<number> {
  return runCommand({ verb: 'audit', options, access: 'read' }, async ({ config, session, printer }) => {
    const file = options.file ?? auditOf(config.besideState);
    const host = options.host ?? hostname();
    const anchors = session.state.audit ?? {};
    const { entries, findings } = verifyAudit(await textOf(file, anchors[host] !== undefined), anchors[host]);
    const commands = commandsOf(entries);
    const others = Object.keys(anchors).filter((name) => name !== host);
    printer.result({
      text: [
        ...commands.map(lineOf),
        '',
        ...findings.map(({ is, line, text }) => `${is}${line === 0 ? '' : ` (line ${line})`}: ${text}`),
        findings.length === 0
          ? `${file} is whole: ${entries.length} entries${anchors[host] ? ', as the state knows them' : ''}.`
          : `${file} is NOT whole: ${findings.length} finding(s). Compare it with a copy from elsewhere before you rely on it.`,
        ...(others.length > 0 ? [`Other machines keep their own: ${others.join(', ')} (--file and --host).`] : []),
      ].join('\n'),
      json: { type: 'audit', file, entries: entries.length, findings, commands, otherHosts: others },
    });
    return findings.length === 0 ? EXIT.done : EXIT.failed;
  });
}

export interface AuditedCommand {
  readonly at: string;
  readonly who: string;
  readonly verb: string;
  readonly plan: string | undefined;
  /** Undefined when the process was killed, or the end is missing. */
  readonly exitCode: number | undefined;
  readonly steps: readonly string[];
}

function commandsOf(entries: readonly AuditEntry[]): readonly AuditedCommand[] {
  return entries
    .filter(({ type }) => type === 'command-started' || type === 'unlocked')
    .map((start) => {
      if (start['type'] === 'unlocked') return unlockOf(start);
      const own = entries.filter((entry) => entry['command'] === start['command']);
      const end = own.find((entry) => entry['type'] === 'command-ended');
      const steps = own.filter((entry) => entry['type'] === 'step-ended' && entry['outcome'] !== 'already-done');
      return {
        at: start.at,
        who: String(start['who']),
        verb: String(start['verb']),
        plan: typeof start['plan'] === 'string' ? start['plan'] : undefined,
        exitCode: typeof end?.['exitCode'] === 'number' ? end['exitCode'] : undefined,
        steps: steps.map(
          (step) =>
            `${String(step['id'])} ${String(step['outcome'])}: ${String(step['evidence'] ?? step['reason'] ?? '')}`,
        ),
      };
    });
}

function unlockOf(entry: AuditEntry): AuditedCommand {
  const { at, from, of, since } = entry;
  const whose =
    typeof from === 'string' ? `of ${from} (${String(of)}, since ${String(since)})` : 'that nobody could read';
  return {
    at,
    who: String(entry['who']),
    verb: 'unlock',
    plan: undefined,
    exitCode: 0,
    steps: [`removed the lock ${String(entry['id'])} ${whose}`],
  };
}

function lineOf({ at, who, verb, plan, exitCode, steps }: AuditedCommand): string {
  const ended = exitCode === undefined ? 'did not end' : `exit ${exitCode}`;
  return [
    `${at}  ${who}  ${verb}  ${ended}${plan === undefined ? '' : `  by ${plan}`}`,
    ...steps.map((step) => `    ${step}`),
  ].join('\n');
}

async function textOf(file: string, isExpected: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    // An audit that the state knows and that is not there has been cut off wholly: verifying says so.
    if (isMissing(cause) && isExpected) return '';
    throw new UpgradeError('there is no audit to verify', {
      code: 'audit-missing',
      source: 'user',
      hint: `${file} cannot be read. It is written by every command that changes something, on the machine that ran it; name another machine's copy with --file and --host.`,
      cause,
    });
  }
}
