import type { Acknowledgement, LedgerSnapshot } from './ledger';

/** One switch of the writers from one server to another, as they saw it. */
export interface SwitchMeasurement {
  /** Data path: last acknowledged write on the old server to the first on the new one, over the probes. */
  readonly gapMs: number | undefined;
  /** First acknowledged write on the new server to the moment when every writer had had one; `undefined`: not all had. */
  readonly dnsTailMs: number | undefined;
  readonly lastOldMs: number | undefined;
  readonly firstNewMs: number | undefined;
  /** Writes the old server acknowledged after the new one had acknowledged its first. Must be empty. */
  readonly dual: readonly DualWrite[];
  /** How often clients met each error between `fromMs` and `toMs`. */
  readonly errorsByCode: Readonly<Record<string, number>>;
  readonly timeline: readonly TimelineBucket[];
}

export interface DualWrite {
  readonly client: number;
  readonly seq: number;
  readonly lateMs: number;
  /** The COMMIT was even sent after the new server's first acknowledgement: no delayed answer can explain it. */
  readonly isSentAfter: boolean;
}

/** `startMs` counts from the last acknowledged write on the old server. */
export interface TimelineBucket {
  readonly startMs: number;
  readonly old: number;
  readonly new: number;
}

export interface SwitchQuestion {
  readonly oldUuid: string;
  readonly newUuid: string;
  /** Only what happened in between counts; give them when the load saw more than one switch. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

const BUCKET_MS = 100;
const TIMELINE_BEFORE_MS = 1000;
const TIMELINE_AFTER_MS = 3000;

/** Acknowledgements of kind `found` do not count: when their rows were applied is not known. */
export function measureSwitch(
  snapshot: Pick<LedgerSnapshot, 'writers' | 'acknowledgements' | 'errors'>,
  { oldUuid, newUuid, fromMs = -Infinity, toMs = Infinity }: SwitchQuestion,
): SwitchMeasurement {
  const isWithin = (atMs: number) => fromMs <= atMs && atMs <= toMs;
  const written = snapshot.acknowledgements.filter((one) => one.kind === 'written' && isWithin(one.ackMs));
  const onOld = written.filter((one) => one.serverUuid === oldUuid);
  const onNew = written.filter((one) => one.serverUuid === newUuid);
  const probes = new Set(snapshot.writers.filter(({ kind }) => kind === 'probe').map(({ client }) => client));
  const lastOldMs = last(onOld.filter(({ client }) => probes.has(client)));
  const firstNewMs = first(onNew.filter(({ client }) => probes.has(client)));
  return {
    gapMs: difference(firstNewMs, lastOldMs),
    dnsTailMs: difference(allArrived(snapshot.writers, onNew), first(onNew)),
    lastOldMs,
    firstNewMs,
    dual: findDual(onOld, onNew),
    errorsByCode: countByCode(snapshot.errors.filter(({ atMs }) => isWithin(atMs))),
    timeline: lastOldMs === undefined ? [] : toTimeline(lastOldMs, onOld, onNew),
  };
}

function first(acknowledgements: readonly Acknowledgement[]): number | undefined {
  return acknowledgements.reduce<number | undefined>((least, { ackMs }) => Math.min(least ?? ackMs, ackMs), undefined);
}

function last(acknowledgements: readonly Acknowledgement[]): number | undefined {
  return acknowledgements.reduce<number | undefined>((most, { ackMs }) => Math.max(most ?? ackMs, ackMs), undefined);
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : later - earlier;
}

/** When the last of the writers had its first write on the new server. */
function allArrived(writers: LedgerSnapshot['writers'], onNew: readonly Acknowledgement[]): number | undefined {
  const arrivals = writers.map(({ client }) => first(onNew.filter((one) => one.client === client)));
  return arrivals.reduce((latest, arrival) =>
    latest === undefined || arrival === undefined ? undefined : Math.max(latest, arrival),
  );
}

function findDual(onOld: readonly Acknowledgement[], onNew: readonly Acknowledgement[]): DualWrite[] {
  const firstNewMs = first(onNew);
  if (firstNewMs === undefined) return [];
  return onOld
    .filter(({ ackMs }) => ackMs > firstNewMs)
    .map(({ client, seq, ackMs, sentMs }) => ({
      client,
      seq,
      lateMs: ackMs - firstNewMs,
      isSentAfter: sentMs > firstNewMs,
    }));
}

function countByCode(errors: LedgerSnapshot['errors']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of errors) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function toTimeline(
  originMs: number,
  onOld: readonly Acknowledgement[],
  onNew: readonly Acknowledgement[],
): TimelineBucket[] {
  const buckets: { startMs: number; old: number; new: number }[] = [];
  for (let startMs = -TIMELINE_BEFORE_MS; startMs < TIMELINE_AFTER_MS; startMs += BUCKET_MS) {
    buckets.push({ startMs, old: 0, new: 0 });
  }
  const count = (side: 'old' | 'new', { ackMs }: Acknowledgement) => {
    const bucket = buckets[Math.floor((ackMs - originMs + TIMELINE_BEFORE_MS) / BUCKET_MS)];
    if (bucket !== undefined) bucket[side] += 1;
  };
  for (const one of onOld) count('old', one);
  for (const one of onNew) count('new', one);
  return buckets;
}
