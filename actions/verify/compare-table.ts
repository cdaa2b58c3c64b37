/** One table from its first row to its last: chunk after chunk, then again what was not equal at the first look. */
import { explain, UpgradeError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { Side } from '../ports/mysql-server';
import type { KeyRange, KeyTexts } from '../mysql/verify-ranges';
import type { Sum } from '../mysql/verify-queries';
import { FIRST_ROWS, nextChunkRows } from './chunk-size';
import type { ComparedTable } from './compared-table';
import type { Difference, RecentRange, TableResult } from './result';
import { sameSum, settleRange, type DifferenceKind } from './settle';
import type { TableReader } from './table-reader';
import type { Throttle } from './throttle';

/** How far a table has been compared; kept on disk. */
export interface TableProgress {
  /** Where the next chunk begins; null: at the beginning. */
  readonly after: KeyTexts | null;
  /** Where it should end, in rows. */
  readonly size: number;
  readonly chunks: number;
  /** Of these, as many were compared. */
  readonly compared: number;
  readonly rows: number;
  /** Ranges that were not equal at the first look. */
  readonly suspects: readonly RecentRange[];
  /** Nothing is left but the suspects. */
  readonly isRead: boolean;
  readonly ms: number;
}

export interface CompareSettings {
  /** What a chunk should take. */
  readonly chunkMs: number;
  /** Part of the chunks to compare, 1 for all. */
  readonly sample: number;
  /** A table without a key is read in one piece up to so many rows. */
  readonly keylessRows: number;
  /** Differing rows of a table to list, and to look for. */
  readonly most: number;
}

export interface CompareParts {
  readonly table: ComparedTable;
  readonly reader: TableReader;
  readonly source: Side;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly settings: CompareSettings;
  /** Resolves when the replica has applied a position of the source taken after the call. */
  readonly pass: () => Promise<void>;
  readonly from: TableProgress | undefined;
  readonly onProgress: (progress: TableProgress) => Promise<void>;
  /** What a row proven to differ is shown as. */
  readonly describe: (key: string, is: DifferenceKind) => Promise<Difference>;
}

export const BEGINNING: TableProgress = {
  after: null,
  size: FIRST_ROWS,
  chunks: 0,
  compared: 0,
  rows: 0,
  suspects: [],
  isRead: false,
  ms: 0,
};

/** The server's own limit on the time of a statement was reached (ER_QUERY_TIMEOUT). */
const TOO_SLOW = 'mysql-3024';
const SMALLEST = 500;

/** Rejects when a server is lost or replication stops; what is wrong with the table alone is its verdict. */
export async function compareTable(parts: CompareParts): Promise<TableResult> {
  const { table, reader, settings } = parts;
  if (!reader.hasKey && table.rows > settings.keylessRows) {
    const reason =
      `it has no primary or unique key that orders its rows alike on both sides, and about ${table.rows} rows; ` +
      `--keyless-rows (now ${settings.keylessRows}) says up to how many such a table is read in one piece`;
    return resultOf(parts, BEGINNING, { verdict: 'no-key', reason, method: 'none' });
  }
  let progress = parts.from ?? BEGINNING;
  const remember = async (now: TableProgress): Promise<void> => {
    progress = now;
    await parts.onProgress(now);
  };
  try {
    if (!progress.isRead) await readChunks(parts, progress, remember);
    return await settle(parts, progress);
  } catch (error) {
    if (!isAboutTable(error)) throw error;
    return resultOf(parts, progress, { verdict: 'skipped', reason: explain(error) });
  }
}

async function readChunks(
  { reader, source, throttle, clock, settings }: CompareParts,
  from: TableProgress,
  remember: (progress: TableProgress) => Promise<void>,
): Promise<void> {
  let progress = from;
  const bound = (after: KeyTexts | undefined, size: number): Promise<KeyTexts | undefined> =>
    reader.hasKey ? reader.next(source, { after, upTo: undefined }, size) : Promise.resolve(undefined);
  let after = progress.after ?? undefined;
  let upTo = await bound(after, progress.size);
  let lastMs = 0;
  for (;;) {
    await throttle.beforeChunk(lastMs);
    const start = clock.monotonicMs();
    const range: KeyRange = { after, upTo };
    // Asked for meanwhile, so that no server waits for it.
    const following = upTo === undefined ? Promise.resolve(undefined) : bound(upTo, progress.size);
    following.catch(() => undefined);
    const isTaken = upTo === undefined || isSampled(progress.chunks, settings.sample);
    let sums: Readonly<Record<Side, Sum>> | undefined;
    try {
      sums = isTaken ? await sumsOf(reader, source, range, throttle.isShared()) : undefined;
    } catch (error) {
      if (!(error instanceof UpgradeError) || error.code !== TOO_SLOW || !reader.hasKey || progress.size <= SMALLEST)
        throw error;
      await following;
      progress = { ...progress, size: Math.max(SMALLEST, Math.floor(progress.size / 8)) };
      upTo = await bound(after, progress.size);
      continue;
    }
    lastMs = clock.monotonicMs() - start;
    const rows = sums?.[source].rows ?? 0;
    const isSuspect = sums !== undefined && !sameSum(sums.blue, sums.green);
    progress = {
      after: upTo ?? progress.after,
      size: sums ? nextChunkRows(progress.size, rows, lastMs, settings.chunkMs) : progress.size,
      chunks: progress.chunks + 1,
      compared: progress.compared + (sums ? 1 : 0),
      rows: progress.rows + rows,
      suspects: isSuspect ? [...progress.suspects, { after: after ?? null, upTo: upTo ?? null }] : progress.suspects,
      isRead: upTo === undefined,
      ms: progress.ms + lastMs,
    };
    await remember(progress);
    if (upTo === undefined) return;
    after = upTo;
    upTo = await following;
  }
}

/** In turn the source comes first, so that the replica has had the time to follow. */
async function sumsOf(
  reader: TableReader,
  source: Side,
  range: KeyRange,
  inTurn: boolean,
): Promise<Readonly<Record<Side, Sum>>> {
  const first = reader.sum(source, range);
  if (inTurn) await first;
  const [own, others] = await Promise.all([first, reader.sum(source === 'blue' ? 'green' : 'blue', range)]);
  const [blue, green] = source === 'blue' ? [own, others] : [others, own];
  if (blue.checksum === undefined || green.checksum === undefined) {
    throw new UpgradeError('a row is too long to be read in one piece', {
      code: 'verify-row-too-long',
      source: 'mysql',
      hint: 'Its text is longer than max_allowed_packet of the server. Raise that parameter for the time of the verification.',
    });
  }
  return { blue, green };
}

/** Evenly spread; the last chunk is taken in any case, since that is where new rows are. */
function isSampled(chunk: number, sample: number): boolean {
  return sample >= 1 || Math.floor((chunk + 1) * sample) > Math.floor(chunk * sample);
}

async function settle(parts: CompareParts, progress: TableProgress): Promise<TableResult> {
  const { reader, source, pass, clock, signal, settings } = parts;
  const start = clock.monotonicMs();
  const differing = new Map<string, DifferenceKind>();
  const unsettled: string[] = [];
  let isCut = false;
  for (const { after, upTo } of progress.suspects) {
    const most = settings.most - differing.size;
    if (isCut || most <= 0) {
      isCut = true;
      break;
    }
    const pause = (ms: number): Promise<void> => clock.sleep(ms, signal);
    const range = { after: after ?? undefined, upTo: upTo ?? undefined };
    const settled = await settleRange({ reader, source, pass, pause, most }, range);
    for (const [key, is] of settled.differing) differing.set(key, is);
    unsettled.push(...settled.unsettled);
    ({ isCut } = settled);
  }
  const differences: Difference[] = [];
  for (const [key, is] of [...differing].slice(0, settings.most)) differences.push(await parts.describe(key, is));
  const ended = { ...progress, ms: progress.ms + clock.monotonicMs() - start };
  isCut ||= differing.size > settings.most;
  if (differences.length > 0) {
    const reason = `${isCut ? 'at least ' : ''}${differing.size} ${differing.size === 1 ? 'row differs' : 'rows differ'}`;
    return { ...resultOf(parts, ended, { verdict: 'differs', reason }), differences, isCut };
  }
  if (unsettled.length > 0) {
    const reason = `${unsettled.length} rows changed on ${source} each time they were looked at; verify this table again when it is quieter`;
    return resultOf(parts, ended, { verdict: 'unsettled', reason });
  }
  return resultOf(parts, ended, { verdict: 'verified' });
}

function resultOf(
  { table, reader }: CompareParts,
  progress: TableProgress,
  verdict: Pick<TableResult, 'verdict'> & Partial<Pick<TableResult, 'reason' | 'method'>>,
): TableResult {
  return {
    table: table.name,
    method: reader.hasKey ? 'chunks' : 'whole',
    rows: progress.rows,
    chunks: progress.chunks,
    looksAgain: progress.suspects.length,
    share: progress.chunks === 0 ? 0 : progress.compared / progress.chunks,
    differences: [],
    isCut: false,
    notCompared: table.notCompared,
    ms: Math.round(progress.ms),
    ...(progress.isRead && reader.hasKey ? { recent: recentOf(progress) } : {}),
    ...verdict,
  };
}

/** As many as are worth a look where time is short. */
const RECENT = 8;

function recentOf({ after, suspects }: TableProgress): readonly RecentRange[] {
  return [{ after, upTo: null }, ...suspects.slice(-RECENT).filter(({ upTo }) => upTo !== null)];
}

/** MySQL refused a question about this table: it was dropped, altered, locked, or is too slow. */
function isAboutTable(error: unknown): boolean {
  return error instanceof UpgradeError && (/^mysql-\d+$/.test(error.code) || error.code === 'verify-row-too-long');
}
