/**
 * Prewarms one instance: all statements once, which is also the measure before; then the indexes that are named; then the
 * statements as often as the application runs them, until nothing is missed any more or the time is over; then all once again.
 */
import { limits } from '../engine/context';
import { explain } from '../engine/errors';
import { bufferPool, bufferPoolSize, hitRatio, indexSizes, type BufferPool } from '../mysql/read-status';
import type { Clock } from '../ports/clock';
import type { CallLimits } from '../ports/mysql-server';
import type { ReadRunner } from '../ports/read-runner';
import { createPace, type PaceSettings } from '../reads/pace';
import type { ReadInstance } from '../reads/read-instance';
import type { SampledRead } from '../reads/sample';
import { latencyMeter } from './latency-meter';
import { planPreload, preload } from './preload';
import {
  percentile,
  type Measure,
  type PreloadedIndex,
  type PrewarmedInstance,
  type PrewarmPoint,
  type PrewarmStage,
} from './result';
import { inTurns, once, weightedTurns } from './schedule';

export interface PrewarmSettings extends PaceSettings {
  readonly forMs: number;
  readonly connections: number;
  /** The server ends a statement after this. */
  readonly statementMs: number;
  /** Patterns of tables whose indexes are read. */
  readonly tables: readonly string[];
}

export interface PrewarmContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Seconds that the side which follows is behind; rejects when it does not follow. */
  readonly lagSeconds: () => Promise<number>;
  readonly tell: (instance: string, point: PrewarmPoint, elapsedMs: number) => void;
}

/** One statement of the sample. */
interface Turn {
  readonly read: SampledRead;
  readonly text: string;
  readonly weight: number;
}

const ROWS = 1_000_000;
/** Nothing is missed any more. */
const WARM = 0.999;
/** A round has at least so many statements, so that its ratio says something. */
const LEAST_TURNS = 50;
const ROUNDS_BEFORE_WARM = 2;
/** Of the time, for the first pass and for the last one. */
const SHARE_OF_PASS = 0.4;
const POINTS = 300;
const POINT_MS = 250;

/** Rejects when nothing could be measured at all, such as for lack of a connection; else tells how it ended. */
export async function prewarmInstance(
  context: PrewarmContext,
  instance: ReadInstance,
  reads: readonly SampledRead[],
  settings: PrewarmSettings,
): Promise<PrewarmedInstance> {
  const { clock } = context;
  const begin = clock.monotonicMs();
  const run = await openRun(context, instance, settings, begin);
  const turns = turnsOf(reads);
  let before: Measure | null = null;
  let after: Measure | null = null;
  let indexes: readonly PreloadedIndex[] = [];
  const end = (ended: PrewarmedInstance['ended'], reason?: string): PrewarmedInstance => ({
    id: instance.id,
    isWriter: instance.isWriter,
    ended,
    ...(reason === undefined ? {} : { reason }),
    before,
    after,
    points: run.points,
    reads: run.meter.reads(reads.map(({ id }) => id)),
    preload: indexes,
    executions: run.meter.executions(),
    ms: clock.monotonicMs() - begin,
  });
  const pass = async (stage: 'first pass' | 'last pass', until: number): Promise<Measure> => {
    const from = await run.enter(stage);
    await run.all(once(turns), until);
    const to = await run.pool();
    const ms = run.meter.latencies(stage);
    return {
      hitRatio: hitRatio(from, to),
      pagesWithData: (stage === 'first pass' ? from : to).pagesWithData,
      pages: to.pages,
      medianMs: percentile(ms, 0.5),
      p95Ms: percentile(ms, 0.95),
    };
  };
  try {
    before = await pass('first pass', begin + settings.forMs * SHARE_OF_PASS);
    const passMs = clock.monotonicMs() - begin;
    const until = begin + settings.forMs - passMs;
    if (settings.tables.length > 0) {
      await run.enter('preload');
      indexes = await run.preload(settings.tables, until);
    }
    const isWarm = await run.rounds(turns, until);
    after = await pass('last pass', begin + settings.forMs);
    return end(isWarm ? 'warm' : 'time');
  } catch (error) {
    return context.signal.aborted ? end('interrupted') : end('failed', explain(error));
  } finally {
    await run.close();
  }
}

/** Texts of one kind share what it weighs. */
function turnsOf(reads: readonly SampledRead[]): readonly Turn[] {
  return reads.flatMap((read) =>
    read.texts.map(({ text }) => ({ read, text, weight: Math.max(1, read.count / read.texts.length) })),
  );
}

/** What the stages share: connections, the pace, and a look at the buffer pool every moment. `begin`: monotonic time. */
async function openRun(context: PrewarmContext, instance: ReadInstance, settings: PrewarmSettings, begin: number) {
  const { clock, signal } = context;
  const within = (timeoutMs?: number): CallLimits => limits(context, timeoutMs);
  const pool = (): Promise<BufferPool> => instance.server.read(bufferPool(), within());
  const points: PrewarmPoint[] = [];
  const meter = latencyMeter();
  let stage: PrewarmStage = 'first pass';
  let inFlight = 0;
  let waitingFor: string | undefined;
  let last = await pool();

  const runners: ReadRunner[] = [];
  try {
    while (runners.length < settings.connections) {
      runners.push(await instance.openRunner({ timeoutMs: settings.statementMs, rows: ROWS }));
    }
  } catch (error) {
    await Promise.all(runners.map((runner) => runner.close()));
    throw error;
  }

  const note = async (): Promise<void> => {
    const now = await pool();
    const ms = meter.sinceNote();
    const point: PrewarmPoint = {
      atMs: clock.monotonicMs() - begin,
      stage,
      hitRatio: hitRatio(last, now),
      pagesWithData: now.pagesWithData,
      statements: ms.length,
      medianMs: percentile(ms, 0.5),
      p95Ms: percentile(ms, 0.95),
      ...(waitingFor === undefined ? {} : { waitingFor }),
    };
    last = now;
    points.push(point);
    context.tell(instance.id, point, point.atMs);
  };
  const ticking = new AbortController();
  const ticks = (async () => {
    for (;;) {
      await clock.sleep(Math.max(POINT_MS, settings.forMs / POINTS), ticking.signal);
      await note();
    }
  })().catch(() => undefined);

  const isOver = (): boolean => clock.monotonicMs() - begin >= settings.forMs;
  const pace = createPace({
    settings,
    isOver,
    name: instance.id,
    clock,
    signal,
    lagSeconds: context.lagSeconds,
    // Besides the tool's own: the question itself, and the replica's applier.
    others: async () => Math.max(0, (await pool()).running - inFlight - 2),
    waits: (reason) => {
      waitingFor = reason;
    },
  });
  const runOne = async (runner: ReadRunner, { read, text }: Turn): Promise<void> => {
    await pace.before();
    if (isOver()) return;
    inFlight += 1;
    try {
      meter.add(read.id, stage, await runner.run({ schema: read.schema, text }, signal));
    } finally {
      inFlight -= 1;
    }
  };
  const all = (next: () => Turn | undefined, until: number): Promise<void> =>
    inTurns(runners, () => (clock.monotonicMs() < until ? next() : undefined), runOne);

  /** The counters as the stage begins. */
  const enter = async (next: PrewarmStage): Promise<BufferPool> => {
    if (next !== stage) await note();
    stage = next;
    return pool();
  };

  return {
    points,
    meter,
    pool,
    all,
    enter,
    async preload(patterns: readonly string[], until: number): Promise<readonly PreloadedIndex[]> {
      const { server } = instance;
      const sizes = await server.read(indexSizes(), within());
      const plan = planPreload(sizes, patterns, await server.read(bufferPoolSize(), within()));
      const done = await preload(
        {
          server,
          clock,
          signal,
          limits: within,
          before: () => pace.before(),
          isOver: () => clock.monotonicMs() >= until,
        },
        plan.read,
      );
      return [...done, ...plan.leftOut];
    },
    /** Whether the buffer pool is warm before the time is over. */
    async rounds(turns: readonly Turn[], until: number): Promise<boolean> {
      const next = weightedTurns(turns);
      for (let round = 1; clock.monotonicMs() < until; round++) {
        const from = await enter('warming');
        let left = Math.max(LEAST_TURNS, turns.length);
        await all(() => (left-- > 0 ? next() : undefined), until);
        const ratio = hitRatio(from, await pool());
        if (round >= ROUNDS_BEFORE_WARM && (ratio === null ? !isOver() : ratio >= WARM)) return true;
      }
      return false;
    },
    async close(): Promise<void> {
      ticking.abort();
      await ticks;
      if (!signal.aborted) await note().catch(() => undefined);
      await Promise.all(runners.map((runner) => runner.close()));
    },
  };
}
