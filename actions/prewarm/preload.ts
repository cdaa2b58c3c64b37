/** Reads indexes of tables that the configuration names into the buffer pool, the largest first, as far as they fit. */
import { messageOf } from '../engine/errors';
import {
  indexParts,
  nextPlace,
  wholeIndex,
  type IndexPart,
  type IndexPlace,
  type WalkedIndex,
} from '../mysql/read-index';
import type { IndexSize } from '../mysql/read-status';
import { applicationColumns, tableId } from '../mysql/verify-catalogue';
import type { ColumnFacts } from '../mysql/verify-columns';
import type { Clock } from '../ports/clock';
import type { CallLimits, MysqlServer } from '../ports/mysql-server';
import { FIRST_ROWS, nextChunkRows } from '../verify/chunk-size';
import { isNamed } from '../verify/table-names';
import type { PreloadedIndex } from './result';

export interface PreloadPlan {
  readonly read: readonly IndexSize[];
  readonly leftOut: readonly PreloadedIndex[];
}

/** Of the buffer pool: the rest is for what statements need besides. */
export const SHARE_OF_POOL = 0.75;

/** Each index that still fits, the largest first. */
export function planPreload(sizes: readonly IndexSize[], patterns: readonly string[], poolBytes: number): PreloadPlan {
  let left = poolBytes * SHARE_OF_POOL;
  const read: IndexSize[] = [];
  const leftOut: PreloadedIndex[] = [];
  for (const one of sizes.toSorted((a, b) => b.bytes - a.bytes)) {
    if (!isNamed(`${one.schema}.${one.table}`, patterns)) continue;
    if (one.bytes <= left) {
      read.push(one);
      left -= one.bytes;
    } else {
      const reason = `it does not fit: ${Math.floor(left)} bytes of the buffer pool are left for preloading`;
      leftOut.push({ ...named(one), outcome: 'left out', reason, ms: 0 });
    }
  }
  return { read, leftOut };
}

export interface PreloadContext {
  readonly server: MysqlServer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: (timeoutMs?: number) => CallLimits;
  /** Called before each piece; rejects to end the preloading. */
  readonly before: () => Promise<void>;
  readonly isOver: () => boolean;
}

const PIECE_MS = 500;
const LONGEST_MS = 60_000;
/** An index that cannot be walked is read in one piece up to this size. */
const MOST_IN_ONE_PIECE = 256 * 1024 * 1024;
/** What InnoDB calls the order of a table without a key. */
const WITHOUT_KEY = 'GEN_CLUST_INDEX';

/** Never rejects but when interrupted: what cannot be read is told. */
export async function preload(context: PreloadContext, plan: readonly IndexSize[]): Promise<readonly PreloadedIndex[]> {
  if (plan.length === 0) return [];
  const columns = await context.server.read(applicationColumns(), context.limits(LONGEST_MS));
  const done: PreloadedIndex[] = [];
  for (const one of plan) {
    const begin = context.clock.monotonicMs();
    const end = (outcome: PreloadedIndex['outcome'], reason?: string): void => {
      const ms = context.clock.monotonicMs() - begin;
      done.push({ ...named(one), outcome, ...(reason === undefined ? {} : { reason }), ms });
    };
    if (context.isOver()) {
      end('not finished', 'the time was over');
      continue;
    }
    try {
      const parts = await context.server.read(indexParts(one.schema, one.table), context.limits());
      const isWhole = await readIndex(context, one, parts, columns.get(tableId(one)) ?? []);
      end(isWhole ? 'read' : 'not finished', isWhole ? undefined : 'the time was over');
    } catch (error) {
      if (context.signal.aborted) throw error;
      end('failed', messageOf(error));
    }
  }
  return done;
}

/** Whether all of it was read. */
async function readIndex(
  context: PreloadContext,
  one: IndexSize,
  parts: readonly IndexPart[],
  columns: readonly ColumnFacts[],
): Promise<boolean> {
  const walked = walkable(one, parts, columns);
  if (walked) return walk(context, walked);
  const kind = parts.find(({ index }) => index === one.index)?.type;
  if (one.index !== WITHOUT_KEY && kind !== 'BTREE') throw new Error(`a ${kind ?? 'hidden'} index cannot be scanned`);
  if (one.bytes > MOST_IN_ONE_PIECE) {
    throw new Error(
      'it cannot be read in pieces (no key, a prefix, an expression or a descending column) and is large',
    );
  }
  await context.before();
  if (context.isOver()) return false;
  const index = one.index === WITHOUT_KEY ? undefined : one.index;
  await context.server.read(wholeIndex(one, index, LONGEST_MS), context.limits(LONGEST_MS));
  return true;
}

async function walk(context: PreloadContext, index: WalkedIndex): Promise<boolean> {
  let place: IndexPlace | undefined;
  let size = FIRST_ROWS;
  for (;;) {
    if (context.isOver()) return false;
    await context.before();
    if (context.isOver()) return false;
    const begin = context.clock.monotonicMs();
    const next = await context.server.read(nextPlace(index, place, size, LONGEST_MS), context.limits(LONGEST_MS));
    if (next === undefined) return true;
    if (place && next.every((text, at) => text === place?.[at])) throw new Error('its order cannot be followed');
    size = nextChunkRows(size, size, context.clock.monotonicMs() - begin, PIECE_MS);
    place = next;
  }
}

/** Undefined when an order by columns is not the order of the index. */
export function walkable(
  one: IndexSize,
  parts: readonly IndexPart[],
  columns: readonly ColumnFacts[],
): WalkedIndex | undefined {
  const own = parts.filter(({ index }) => index === one.index);
  // InnoDB ends each entry with the primary key.
  const primary = parts.filter(({ index }) => index === 'PRIMARY');
  if (own.length === 0 || [...own, ...primary].some(({ type, isOdd }) => type !== 'BTREE' || isOdd)) return undefined;
  if (primary.length === 0) return undefined;
  const names = [...new Set([...own, ...primary].map(({ column }) => column))];
  const facts = names.map((name) => columns.find((column) => column.name.toLowerCase() === name));
  const known = facts.flatMap((column) => (column && !/^(json|year)$/.test(column.type) ? [column] : []));
  return known.length === names.length ? { ...one, columns: known } : undefined;
}

function named({ schema, table, index, bytes }: IndexSize): Pick<PreloadedIndex, 'table' | 'index' | 'bytes'> {
  return { table: `${schema}.${table}`, index, bytes };
}
