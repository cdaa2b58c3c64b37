/**
 * Whether a range that was not equal at the first look really differs, while the source goes on writing.
 *
 * The proof: the source is read, then a position of it is taken and the replica waits until it has applied that, then the
 * replica is read, then the source again. If the source was the same both times, the replica must have been as well, because
 * all that it knew then was written on the source between the two. Anything else proves nothing, and is looked at again.
 */
import type { Side } from '../ports/mysql-server';
import type { Sum } from '../mysql/verify-queries';
import type { KeyRange } from '../mysql/verify-ranges';
import type { Rows, TableReader } from './table-reader';

/** Seen from blue. */
export type DifferenceKind = 'missing' | 'extra' | 'changed';

export interface SettleContext {
  readonly reader: TableReader;
  readonly source: Side;
  /** Resolves when the replica has applied a position of the source taken after the call. */
  readonly pass: () => Promise<void>;
  readonly pause: (ms: number) => Promise<void>;
  /** No more rows than this are proven to differ. */
  readonly most: number;
}

export interface Settled {
  /** Keys proven to differ, and how. */
  readonly differing: ReadonlyMap<string, DifferenceKind>;
  /** Keys that changed on the source at every look. */
  readonly unsettled: readonly string[];
  /** There may be more: `most` was reached. */
  readonly isCut: boolean;
}

const EQUAL: Settled = { differing: new Map(), unsettled: [], isCut: false };

/** A row is looked at so often before it counts as unsettled. */
const LOOKS = 10;
/** A row that changes to and fro could be caught in between once; hardly twice. */
const PROOFS = 2;
const PAUSE_MS = 100;
/** Rows fetched one by one; a larger range is cut up first. */
const ROWS_AT_ONCE = 5_000;
const KEYS_AT_ONCE = 200;

/** Bounded: every row is looked at `LOOKS` times at most. */
export async function settleRange(context: SettleContext, range: KeyRange): Promise<Settled> {
  const { reader, source } = context;
  const before = await reader.sum(source, range);
  await context.pass();
  const replica = await reader.sum(otherOf(source), range);
  if (sameSum(before, replica)) return EQUAL;
  const isLong = Math.max(before.rows, replica.rows) > ROWS_AT_ONCE;
  if (!reader.hasKey || !isLong) return settleRows(context, range);
  return settleParts(context, range, before.rows < replica.rows ? otherOf(source) : source);
}

/** `larger`: the side with more rows, by which the range is cut up. */
async function settleParts(context: SettleContext, range: KeyRange, larger: Side): Promise<Settled> {
  const { reader, most } = context;
  const differing = new Map<string, DifferenceKind>();
  const unsettled: string[] = [];
  let { after } = range;
  for (;;) {
    const bound = await reader.next(larger, { after, upTo: range.upTo }, ROWS_AT_ONCE);
    const part: KeyRange = { after, upTo: bound ?? range.upTo };
    const [blue, green] = await Promise.all([reader.sum('blue', part), reader.sum('green', part)]);
    if (!sameSum(blue, green)) {
      const settled = await settleRows({ ...context, most: most - differing.size }, part);
      for (const [key, is] of settled.differing) differing.set(key, is);
      unsettled.push(...settled.unsettled);
      if (settled.isCut) return { differing, unsettled, isCut: true };
    }
    if (bound === undefined) return { differing, unsettled, isCut: false };
    after = bound;
  }
}

async function settleRows(context: SettleContext, range: KeyRange): Promise<Settled> {
  const { reader, most } = context;
  const [blue, green] = await Promise.all([reader.rows('blue', range), reader.rows('green', range)]);
  const suspects = [...new Set([...blue.keys(), ...green.keys()])].filter((key) => blue.get(key) !== green.get(key));
  const differing = new Map<string, DifferenceKind>();
  const unsettled: string[] = [];
  for (let first = 0; first < suspects.length; first += KEYS_AT_ONCE) {
    if (differing.size >= most) return { differing, unsettled, isCut: true };
    const settled = await settleKeys(context, suspects.slice(first, first + KEYS_AT_ONCE));
    for (const [key, is] of settled.differing) differing.set(key, is);
    unsettled.push(...settled.unsettled);
  }
  return { differing, unsettled, isCut: false };
}

async function settleKeys(context: SettleContext, keys: readonly string[]): Promise<Omit<Settled, 'isCut'>> {
  const { reader, source } = context;
  const proofs = new Map<string, number>();
  const differing = new Map<string, DifferenceKind>();
  let open = keys;
  for (let look = 1; look <= LOOKS && open.length > 0; look++) {
    if (look > 1) await context.pause(PAUSE_MS * look);
    const before = await reader.rowsOf(source, open);
    await context.pass();
    const replica = await reader.rowsOf(otherOf(source), open);
    const after = await reader.rowsOf(source, open);
    open = open.filter((key) => {
      const seen = replica.get(key);
      if (seen === before.get(key) || seen === after.get(key)) return false;
      if (before.get(key) !== after.get(key)) return true;
      const proven = (proofs.get(key) ?? 0) + 1;
      proofs.set(key, proven);
      if (proven < PROOFS) return true;
      differing.set(key, kindOf(key, source === 'blue' ? before : replica, source === 'blue' ? replica : before));
      return false;
    });
  }
  return { differing, unsettled: open };
}

function kindOf(key: string, blue: Rows, green: Rows): DifferenceKind {
  if (!green.has(key)) return 'missing';
  return blue.has(key) ? 'changed' : 'extra';
}

/** A sum that is not known equals none. */
export function sameSum(a: Sum, b: Sum): boolean {
  return a.rows === b.rows && a.checksum !== undefined && a.checksum === b.checksum;
}

function otherOf(side: Side): Side {
  return side === 'blue' ? 'green' : 'blue';
}
