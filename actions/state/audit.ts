/**
 * Who did what, when, by which plan and with which evidence: one JSON object a line, each with the hash of the one before,
 * so that no line can be changed, left out or moved without it showing. The end of the chain is also written into the state
 * with every write of it, so that cutting the end off shows too.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { canonicalHash } from '../engine/canonical-json';
import type { AuditAnchor } from './format';
import { isMissing } from './read';
import type { KnownState } from './refuse-older';

export interface AuditEntry extends Readonly<Record<string, unknown>> {
  /** Counts from 1 without a gap. */
  readonly n: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Hash of the entry before; sixty-four zeros in the first one. */
  readonly prev: string;
  /** SHA-256 over the canonical JSON of all other members. */
  readonly hash: string;
}

export const NOTHING_BEFORE = '0'.repeat(64);

/** Entries must be free of secrets and of times other than their own. */
export interface Audit {
  readonly location: string;
  /** The last state that an entry names, as it was when the audit was opened. */
  readonly known: KnownState | undefined;
  /** Keeps the order; never throws and never holds up: a switch goes on although its audit cannot be written. */
  append(entry: Readonly<Record<string, unknown>>, at?: Date): void;
  /** How far the chain is durable. Undefined before the first entry is. */
  anchor(): AuditAnchor | undefined;
  /** Resolves when everything appended so far is durable, with why not where it is not. */
  flush(): Promise<string | undefined>;
}

/** Goes on with the chain in `file`; to be called under the lock of the state. */
export async function openAudit(file: string, now: () => Date): Promise<Audit> {
  // With a state in a bucket nobody else makes this folder.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let last: End = await endOf(file);
  const { known } = last;
  let durable: AuditAnchor | undefined = last.n === 0 ? undefined : { entries: last.n, head: last.hash };
  let queue: Promise<void> = Promise.resolve();
  let failure: string | undefined;
  const write = async (entry: Readonly<Record<string, unknown>>, at: string): Promise<void> => {
    // A chain with a hole would look like tampering: after a failure the next command goes on where this one stopped.
    if (failure !== undefined) return;
    try {
      // `unlock` writes beside the command whose lock it removes.
      if ((await sizeOf(file)) !== last.size) last = await endOf(file);
      const lines = [...(last.torn === '' ? [] : [{ type: 'torn-line', of: sha256(last.torn) }]), entry];
      let { n, hash } = last;
      let text = last.torn === '' ? '' : '\n';
      for (const line of lines) {
        const content = { ...line, n: n + 1, at, prev: hash };
        n += 1;
        hash = canonicalHash(content);
        text += `${JSON.stringify({ ...content, hash })}\n`;
      }
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.appendFile(text);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      last = { n, hash, torn: '', size: last.size + Buffer.byteLength(text) };
      durable = { entries: n, head: hash };
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
  };
  return {
    location: file,
    known,
    append(entry, at = now()) {
      queue = queue.then(() => write(entry, at.toISOString()));
    },
    anchor: () => durable,
    async flush() {
      await queue;
      return failure;
    },
  };
}

/** Hexadecimal SHA-256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface End {
  readonly n: number;
  readonly hash: string;
  /** What stands after the last line break. */
  readonly torn: string;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly known?: KnownState | undefined;
}

async function endOf(file: string): Promise<End> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { n: 0, hash: NOTHING_BEFORE, torn: '', size: 0 };
    throw error;
  }
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const entries = lines.flatMap((line) => parseEntry(line) ?? []);
  const last = entries.at(-1);
  return {
    n: last?.n ?? 0,
    hash: last?.hash ?? NOTHING_BEFORE,
    torn,
    size: Buffer.byteLength(text),
    known: lastKnown(entries),
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

function lastKnown(entries: readonly AuditEntry[]): KnownState | undefined {
  const entry = entries.findLast(({ lineage, serial }) => typeof lineage === 'string' && typeof serial === 'number');
  return entry ? { lineage: String(entry['lineage']), serial: Number(entry['serial']) } : undefined;
}

/** Undefined for what is no entry. */
export function parseEntry(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is AuditEntry {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    typeof fields.get('n') === 'number' && ['at', 'prev', 'hash'].every((name) => typeof fields.get(name) === 'string')
  );
}
