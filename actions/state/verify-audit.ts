/** Whether an audit is whole. Pure. */
import { canonicalHash } from '../engine/canonical-json';
import { NOTHING_BEFORE, parseEntry, sha256, type AuditEntry } from './audit';
import type { AuditAnchor } from './format';

export interface AuditFinding {
  readonly is: 'changed' | 'left-out' | 'moved' | 'cut-off' | 'rewritten' | 'unreadable';
  /** Line of the file, from 1; 0 for what concerns its end. */
  readonly line: number;
  /** What, for people. */
  readonly text: string;
}

export interface AuditVerdict {
  readonly entries: readonly AuditEntry[];
  readonly findings: readonly AuditFinding[];
}

/** `anchor` is what the state says of this file; without it a cut-off end cannot be told from an early one. */
export function verifyAudit(text: string, anchor: AuditAnchor | undefined): AuditVerdict {
  const lines = text.split('\n');
  const tail = lines.pop() ?? '';
  const findings: AuditFinding[] = [];
  const entries: AuditEntry[] = [];
  let before: Pick<AuditEntry, 'n' | 'hash'> = { n: 0, hash: NOTHING_BEFORE };
  for (const [index, line] of lines.entries()) {
    const entry = parseEntry(line);
    if (!entry) {
      if (!isTorn(line, lines[index + 1])) {
        findings.push({ is: 'unreadable', line: index + 1, text: 'this line is no entry' });
      }
      continue;
    }
    findings.push(...problemsOf(entry, before, index + 1));
    entries.push(entry);
    before = entry;
  }
  if (tail !== '') findings.push({ is: 'unreadable', line: lines.length + 1, text: 'the last line is not complete' });
  return { entries, findings: [...findings, ...againstAnchor(entries, anchor)] };
}

function problemsOf(entry: AuditEntry, before: Pick<AuditEntry, 'n' | 'hash'>, line: number): readonly AuditFinding[] {
  const { hash, ...content } = entry;
  if (canonicalHash(content) !== hash)
    return [{ is: 'changed', line, text: `entry ${entry.n} was changed after it was written` }];
  if (entry.n === before.n + 1 && entry.prev === before.hash) return [];
  if (entry.n > before.n + 1) {
    const missing =
      entry.n === before.n + 2 ? `entry ${before.n + 1} was` : `entries ${before.n + 1} to ${entry.n - 1} were`;
    return [
      {
        is: 'left-out',
        line,
        text: `${missing} left out or moved away: entry ${entry.n} comes after ${before.n}`,
      },
    ];
  }
  if (entry.n <= before.n) {
    return [
      { is: 'moved', line, text: `entry ${entry.n} stands after entry ${before.n}: it was moved or put in again` },
    ];
  }
  return [
    {
      is: 'rewritten',
      line,
      text: `entry ${entry.n} does not follow from the entry ${before.n} that stands before it`,
    },
  ];
}

function againstAnchor(entries: readonly AuditEntry[], anchor: AuditAnchor | undefined): readonly AuditFinding[] {
  if (!anchor) return [];
  const last = entries.reduce((highest, { n }) => Math.max(highest, n), 0);
  if (last < anchor.entries) {
    const text = `the end was cut off: the state knows ${anchor.entries} entries, here are ${last}`;
    return [{ is: 'cut-off', line: 0, text }];
  }
  const anchored = entries.find(({ n }) => n === anchor.entries);
  return anchored && anchored.hash !== anchor.head
    ? [
        {
          is: 'rewritten',
          line: 0,
          text: `entry ${anchor.entries} is not the one that the state knows: the chain was made anew`,
        },
      ]
    : [];
}

/** A line that a crash cut off, which the entry after it vouches for. */
function isTorn(line: string, next: string | undefined): boolean {
  const entry = next === undefined ? undefined : parseEntry(next);
  return entry?.['type'] === 'torn-line' && entry['of'] === sha256(line);
}
