/**
 * What changed last, compared once more while nobody can write: both sides stand still at one position then, so that a plain
 * comparison is exact. Everything that takes time of its own (catalogues, bounds, connections) is done before.
 *
 * What changed is known by three things: the rows that a table was written since the last verification
 * (performance_schema), its rows with the largest keys, and the chunks that were being written while it was verified.
 */
import { UpgradeError } from '../engine/errors';
import { tableWrites } from '../mysql/verify-catalogue';
import { checksumCounts, newestBound, rangeSum, rowsWhere, type Sum } from '../mysql/verify-queries';
import { rangeCondition, WHOLE, type KeyRange } from '../mysql/verify-ranges';
import type { CallLimits, MysqlServer, MysqlSession, Side } from '../ports/mysql-server';
import type { Clock } from '../ports/clock';
import { candidates, type ComparedTable } from './compared-table';
import { keyShown } from './describe-row';
import type { TableResult, VerifiedBefore } from './result';
import { sameSum } from './settle';
import type { Rows } from './table-reader';

export interface RecentChunk {
  readonly table: ComparedTable;
  readonly range: KeyRange;
}

export interface RecentChunks {
  /** The most telling first. */
  readonly chunks: readonly RecentChunk[];
  readonly lanes: readonly Lane[];
  /** Never throws. */
  close(): Promise<void>;
}

/** Connections that compare one chunk at a time. */
type Lane = Readonly<Record<Side, MysqlSession>>;

export interface RecentVerdict {
  readonly compared: number;
  readonly of: number;
  readonly rows: number;
  readonly ms: number;
  /** Empty: no difference was found in what was compared. */
  readonly differing: readonly DifferingChunk[];
}

export interface DifferingChunk {
  readonly table: string;
  /** Of rows; none when there was no time to find them. */
  readonly keys: readonly string[];
  readonly isCut: boolean;
}

/** Rows with the largest keys of a table: about 20 ms. */
const NEWEST_ROWS = 5_000;
const MOST_TABLES = 200;
const LANES = 2;
const KEYS_SHOWN = 10;
/** To name the rows that differ; the switch is undone then, so they are worth little more. */
const NAMING_MS = 500;
const GRACE_MS = 250;

/** For before the fence. `last`: the record of the last verification in this direction. Give the answer's `close` a call. */
export async function planRecentChunks(
  servers: Readonly<Record<Side, MysqlServer>>,
  source: Side,
  last: VerifiedBefore | undefined,
  limits: CallLimits,
): Promise<RecentChunks> {
  const [found, writes] = await Promise.all([
    candidates(servers, source, limits),
    servers[source].read(tableWrites(), limits),
  ]);
  const tables = found.flatMap((one) => (one.is === 'compared' ? [one.table] : []));
  const changed = tables
    .map((table) => ({ table, writes: writesSince(table.name, writes, last) }))
    .filter((one) => one.writes > 0)
    .sort((a, b) => b.writes - a.writes)
    .slice(0, MOST_TABLES);
  const newest: RecentChunk[] = [];
  for (const { table } of changed) newest.push(...(await newestOf(servers[source], table, limits)));
  const before = new Map(last?.results.map((result) => [result.table, result]));
  const written = changed.flatMap(({ table }) => writtenChunks(table, before.get(table.name)));
  return { chunks: [...newest, ...written], ...(await openLanes(servers)) };
}

/** All of them or none. */
async function openLanes(servers: Readonly<Record<Side, MysqlServer>>): Promise<Pick<RecentChunks, 'lanes' | 'close'>> {
  const sessions: MysqlSession[] = [];
  const open = async (side: Side): Promise<MysqlSession> => {
    const session = await servers[side].openSession();
    sessions.push(session);
    return session;
  };
  const close = async (): Promise<void> => {
    await Promise.all(sessions.map((session) => session.close()));
  };
  const lanes: Lane[] = [];
  try {
    for (let lane = 0; lane < LANES; lane++) lanes.push({ blue: await open('blue'), green: await open('green') });
  } catch (error) {
    await close();
    throw error;
  }
  return { lanes, close };
}

/** Where the server does not count, every table may have changed. A counter that is not the same as before has moved, or the server was restarted. */
function writesSince(table: string, now: ReadonlyMap<string, string>, last: VerifiedBefore | undefined): number {
  if (now.size === 0) return 1;
  const writes = Number(now.get(table) ?? 0);
  const before = Number(last?.writes?.[table] ?? 0);
  return writes < before ? Math.max(writes, 1) : writes - before;
}

async function newestOf(
  source: MysqlServer,
  table: ComparedTable,
  limits: CallLimits,
): Promise<readonly RecentChunk[]> {
  const text = table.texts[source.side];
  if (text.key === undefined) return table.rows <= NEWEST_ROWS ? [{ table, range: WHOLE }] : [];
  const after = await source.read(newestBound(text, NEWEST_ROWS, limits.timeoutMs), limits);
  return [{ table, range: { after, upTo: undefined } }];
}

function writtenChunks(table: ComparedTable, result: TableResult | undefined): readonly RecentChunk[] {
  if (table.texts.blue.key === undefined) return [];
  return (result?.recent ?? [])
    .filter(({ upTo }) => upTo !== null)
    .map(({ after, upTo }) => ({ table, range: { after: after ?? undefined, upTo: upTo ?? undefined } }));
}

/**
 * For when both sides stand still at one position. Takes `withinMs` at most, and a little more only to name the rows of a
 * difference. Chunks for which no time is left are not compared, and the answer says how many were. Throws what a lost connection
 * throws.
 */
export async function compareRecentChunks(
  { chunks, lanes }: RecentChunks,
  clock: Pick<Clock, 'monotonicMs'>,
  withinMs: number,
  signal?: AbortSignal,
): Promise<RecentVerdict> {
  const start = clock.monotonicMs();
  const end = start + withinMs;
  const queue = [...chunks];
  const suspects: RecentChunk[] = [];
  let [compared, rows] = [0, 0];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const left = end - clock.monotonicMs();
        if (left < 1) return;
        const chunk = next;
        const sums = await orCut(onBoth((side) => sumOf(chunk, side, lane[side], left, signal)));
        if (!sums) continue;
        compared += 1;
        rows += sums[0].rows;
        if (!sameSum(...sums)) suspects.push(chunk);
      }
    }),
  );
  const differing: DifferingChunk[] = [];
  for (const suspect of suspects) {
    const found = await nameDifference(suspect, lanes[0], signal);
    if (found) differing.push(found);
  }
  return { compared, of: chunks.length, rows, ms: clock.monotonicMs() - start, differing };
}

/** Undefined: on a second look no row differs. */
async function nameDifference(
  chunk: RecentChunk,
  lane: Lane | undefined,
  signal: AbortSignal | undefined,
): Promise<DifferingChunk | undefined> {
  const { table } = chunk;
  const both = lane && (await orCut(onBoth((side) => rowsOf(chunk, side, lane[side], signal))));
  if (!both) return { table: table.name, keys: [], isCut: true };
  const [blue, green] = both;
  const keys = [...new Set([...blue.keys(), ...green.keys()])].filter((key) => blue.get(key) !== green.get(key));
  if (keys.length === 0) return undefined;
  const shown = keys.slice(0, KEYS_SHOWN).map((key) => keyShown(table.texts.blue, key));
  return { table: table.name, keys: shown, isCut: keys.length > KEYS_SHOWN };
}

function sumOf(
  { table, range }: RecentChunk,
  side: Side,
  session: MysqlSession,
  leftMs: number,
  signal: AbortSignal | undefined,
): Promise<Sum> {
  return session.read(rangeSum(table.texts[side], range, leftMs), callWithin(leftMs, signal));
}

function rowsOf(
  { table, range }: RecentChunk,
  side: Side,
  session: MysqlSession,
  signal: AbortSignal | undefined,
): Promise<Rows> {
  const text = table.texts[side];
  const query = text.key
    ? rowsWhere(text, rangeCondition(text.key.columns, range), NAMING_MS)
    : checksumCounts(text, undefined, NAMING_MS);
  return session.read(query, callWithin(NAMING_MS, signal));
}

function onBoth<T>(work: (side: Side) => Promise<T>): Promise<readonly [T, T]> {
  return Promise.all([work('blue'), work('green')]);
}

/** The server ends the statement by itself first; a call that misses its time costs its connection. */
function callWithin(limitMs: number, signal: AbortSignal | undefined): CallLimits {
  return { timeoutMs: limitMs + GRACE_MS, ...(signal ? { signal } : {}) };
}

/** Undefined when the server has ended the statements because their time had passed, or could not compare this table. */
async function orCut<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UpgradeError && /^mysql-\d+$/.test(error.code)) return undefined;
    throw error;
  }
}
