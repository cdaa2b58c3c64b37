/** Prewarms the instances of the side that will serve, all at the same time: each has a buffer pool of its own. */
import { limits } from '../engine/context';
import { explain, UpgradeError } from '../engine/errors';
import { replicaStatus } from '../mysql/queries';
import { bufferPool, hitRatio, type BufferPool } from '../mysql/read-status';
import type { Clock } from '../ports/clock';
import type { MysqlServer, Side } from '../ports/mysql-server';
import type { Collected } from '../reads/collect';
import type { ReadInstance } from '../reads/read-instance';
import { interruptionOf } from '../reads/stop-at-cutover';
import { prewarmInstance, type PrewarmContext, type PrewarmSettings } from './prewarm-instance';
import type { PrewarmedInstance, Prewarming } from './result';

export interface RunContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: PrewarmContext['tell'];
}

export interface PrewarmParts {
  /** The writer of the side that serves. */
  readonly serving: MysqlServer;
  /** The writer of the other, which follows it. */
  readonly following: MysqlServer;
  readonly instances: readonly ReadInstance[];
  readonly collected: Collected;
  /** Shows a statement of each kind. */
  readonly withValues: boolean;
}

/** Resolves also when it is interrupted, with what was measured until then. Throws `reads-not-following`. */
export async function runPrewarm(
  context: RunContext,
  parts: PrewarmParts,
  settings: PrewarmSettings,
): Promise<Prewarming> {
  const { clock, signal, tell } = context;
  const { serving, following, instances, collected, withValues } = parts;
  const begunAt = clock.now().toISOString();
  const lagSeconds = (): Promise<number> => lagOf(context, following);
  await lagSeconds();
  const before = await poolOf(context, serving);
  const prewarmed = await Promise.all(
    instances.map((instance) =>
      prewarmInstance({ clock, signal, lagSeconds, tell }, instance, collected.reads, settings).catch(
        (error: unknown) => neverBegun(instance, signal.aborted ? 'interrupted' : 'failed', explain(error)),
      ),
    ),
  );
  const after = signal.aborted ? undefined : await poolOf(context, serving);
  const { reads, notSampled, coverage, from, withoutDigest, prepared } = collected;
  return {
    side: following.side,
    begunAt,
    endedAt: clock.now().toISOString(),
    ...interruptionOf(signal),
    sample: { ...coverage, from, withoutDigest, prepared },
    reads: reads.map(({ id, fingerprint, schema, count, ms, texts }) => ({
      id,
      fingerprint,
      schema: schema ?? null,
      count,
      ms,
      texts: texts.length,
      ...(withValues && texts[0] ? { example: texts[0].text } : {}),
    })),
    notSampled,
    instances: prewarmed,
    servingHitRatio: before && after ? hitRatio(before, after) : null,
  };
}

/** Seconds; 0 when the replica cannot say. Throws `reads-not-following`. */
export async function lagOf(context: { readonly signal: AbortSignal }, replica: MysqlServer): Promise<number> {
  const status = await replica.read(replicaStatus(replica.version), limits(context));
  if (status?.isApplying !== true) throw notFollowing(replica.side, status?.lastError);
  return status.lagSeconds ?? 0;
}

export function notFollowing(side: Side, error: string | undefined): UpgradeError {
  return new UpgradeError(`${side} does not follow`, {
    code: 'reads-not-following',
    source: 'mysql',
    hint:
      `The replication to ${side} does not apply${error === undefined ? '' : `: ${error}`}. A side with old data answers other ` +
      'rows and warms other pages. Look at `npm run status`, mend replication, then run the same command again.',
  });
}

/** Figures for comparison only: without them the report has one line less. */
async function poolOf(context: RunContext, server: MysqlServer): Promise<BufferPool | undefined> {
  try {
    return await server.read(bufferPool(), limits(context));
  } catch {
    return undefined;
  }
}

function neverBegun(
  { id, isWriter }: ReadInstance,
  ended: 'failed' | 'interrupted',
  reason: string,
): PrewarmedInstance {
  return {
    id,
    isWriter,
    ended,
    reason,
    before: null,
    after: null,
    points: [],
    reads: [],
    preload: [],
    executions: 0,
    ms: 0,
  };
}
