/** Runs the sample on both sides, one statement at a time. */
import type { Clock } from '../ports/clock';
import type { MysqlServer } from '../ports/mysql-server';
import type { ReadCaps, ReadRunner } from '../ports/read-runner';
import { bufferPool } from '../mysql/read-status';
import { limits } from '../engine/context';
import { lagOf, notFollowing } from '../prewarm/run-prewarm';
import type { Collected } from '../reads/collect';
import { createPace, type Pace, type PaceSettings } from '../reads/pace';
import type { ReadInstance } from '../reads/read-instance';
import type { SampledRead } from '../reads/sample';
import { interruptionOf } from '../reads/stop-at-cutover';
import { passPosition } from '../verify/pass-position';
import { compareRead, type ComparedText, type CompareParts } from './compare-read';
import { VERDICTS, type Replay, type ReplayedRead } from './result';

export interface ReplaySettings extends PaceSettings {
  readonly runs: number;
  readonly rows: number;
  /** The server ends a statement after this. */
  readonly statementMs: number;
  /** Ids of reads whose difference is accepted. */
  readonly accepted: readonly string[];
  readonly withValues: boolean;
}

export interface ReplayContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (told: ReplayTold) => void;
}

export interface ReplayTold {
  readonly read: string;
  /** Of so many reads, this is the one. */
  readonly number: number;
  readonly of: number;
  readonly waitingFor?: string;
}

export interface ReplayParts {
  /** Writers of both sides, for positions. */
  readonly servingWriter: MysqlServer;
  readonly followingWriter: MysqlServer;
  /** Where the statements run: of the serving side a reader if there is one. */
  readonly from: ReadInstance;
  readonly fromWriter: ReadInstance;
  readonly to: ReadInstance;
  readonly collected: Collected;
}

/** Resolves also when it is interrupted, with what was compared until then. Throws `reads-not-following`. */
export async function runReplay(context: ReplayContext, parts: ReplayParts, settings: ReplaySettings): Promise<Replay> {
  const { clock, signal, tell } = context;
  const { from, fromWriter, to, collected, servingWriter, followingWriter } = parts;
  const begunAt = clock.now().toISOString();
  const caps: ReadCaps = { timeoutMs: settings.statementMs, rows: settings.rows };
  const runners = new Map<ReadInstance, Promise<ReadRunner>>();
  const runnerOf = (instance: ReadInstance): Promise<ReadRunner> => {
    const known = runners.get(instance) ?? instance.openRunner(caps);
    runners.set(instance, known);
    return known;
  };
  const done: ReplayedRead[] = [];
  let told: ReplayTold = { read: '', number: 0, of: collected.reads.length };
  const lagSeconds = (): Promise<number> => lagOf(context, followingWriter);
  await lagSeconds();
  const paces: readonly Pace[] = [from, to].map(({ id, server }) =>
    createPace({
      settings,
      name: id,
      clock,
      signal,
      lagSeconds,
      // The question itself, the thread that sends or applies the log, and the statement that has just ended.
      others: async () => Math.max(0, (await server.read(bufferPool(), limits(context))).running - 3),
      waits: (reason) => tell(reason === undefined ? told : { ...told, waitingFor: reason }),
    }),
  );
  try {
    const compare: CompareParts = {
      from: await runnerOf(from),
      fromWriter: () => runnerOf(fromWriter),
      to: await runnerOf(to),
      names: { from: from.side, to: to.side },
      runs: settings.runs,
      signal,
      before: async () => {
        for (const pace of paces) await pace.before();
      },
      pass: () => passPosition(context, servingWriter, followingWriter, notFollowing),
    };
    for (const [index, read] of collected.reads.entries()) {
      told = { read: read.fingerprint, number: index + 1, of: collected.reads.length };
      tell(told);
      done.push(await replayOne(compare, read, settings));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await closeAll(runners);
  }
  const { notSampled, coverage, from: sources, withoutDigest, prepared } = collected;
  return {
    serving: from.side,
    following: to.side,
    fromInstance: from.id,
    toInstance: to.id,
    begunAt,
    endedAt: clock.now().toISOString(),
    ...interruptionOf(signal),
    sample: { ...coverage, from: sources, withoutDigest, prepared },
    reads: done,
    notSampled,
  };
}

/** All statements of a kind; the worst of them is its verdict. */
async function replayOne(compare: CompareParts, read: SampledRead, settings: ReplaySettings): Promise<ReplayedRead> {
  const compared: { readonly text: string; readonly result: ComparedText }[] = [];
  for (const text of read.texts) {
    compared.push({ text: text.text, result: await compareRead(compare, read.schema, text) });
  }
  const [worst] = compared.toSorted((a, b) => VERDICTS.indexOf(a.result.verdict) - VERDICTS.indexOf(b.result.verdict));
  if (!worst) throw new RangeError('a sampled read has a text');
  const { id, fingerprint, schema, count, ms } = read;
  const { verdict, fromMs, toMs, plans } = worst.result;
  const remarks = compared.flatMap(({ result }) => (result.verdict === verdict ? result.remarks : []));
  return {
    id,
    fingerprint,
    schema: schema ?? null,
    count,
    ms,
    texts: compared.length,
    verdict,
    isAccepted: settings.accepted.includes(id),
    remarks: [...new Set(remarks)],
    fromMs,
    toMs,
    ...(plans ? { plans } : {}),
    ...(settings.withValues ? { example: worst.text } : {}),
  };
}

async function closeAll(runners: ReadonlyMap<ReadInstance, Promise<ReadRunner>>): Promise<void> {
  const opened = await Promise.allSettled(runners.values());
  await Promise.all(opened.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
}
