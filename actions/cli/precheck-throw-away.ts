/** Clusters that precheck makes for itself on AWS: named and tagged, and deleted whatever becomes of the run. */
import { createAws } from '../adapters/aws-sdk';
import { clusterTags } from '../adapters/aws-cluster-tags';
import { systemClock } from '../adapters/system-clock';
import { createInstance, deleteClone, deleteInstance } from '../aws/calls';
import type { LoadedConfig } from '../config/load';
import { messageOf, UpgradeError } from '../engine/errors';
import type { Aws, AwsCall, Cluster } from '../ports/aws';
import type { ClusterTags } from '../ports/cluster-tags';

const CALL_MS = 60_000;
const READY_MS = 3_600_000;
const GONE_MS = 1_800_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const LONGEST_NAME = 50;

/** What it is for: part of its name and of its tag. */
export type Purpose = 'clone' | 'oracle';

export interface ThrowAwayWork {
  readonly config: LoadedConfig;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface ThrowAwayPlan extends ThrowAwayWork {
  readonly purpose: Purpose;
  /** What is said before it is made, e.g. `Cloning orders`. */
  readonly title: string;
  readonly instanceClass: (aws: Aws) => Promise<string>;
  readonly create: (id: string, tags: Readonly<Record<string, string>>) => AwsCall;
}

interface ThrowAway extends ThrowAwayPlan {
  readonly aws: Aws;
  readonly tags: ClusterTags;
  readonly id: string;
  /** Its value is the name of the upgrade: only a cluster that carries both is ever deleted. */
  readonly tag: string;
}

/**
 * Hands the cluster to `work` and deletes it whatever becomes of it, an interruption included. One that an earlier run could
 * not delete is deleted first. Throws `clone-name-taken` for a cluster of that name which is not ours, and `clone-left-over`
 * when it could not be deleted: that goes on costing money.
 */
export async function onThrowAway<T>(plan: ThrowAwayPlan, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const { config, purpose, say } = plan;
  // Without the signal of Ctrl-C: the cluster has to be deleted after it, too.
  const settings = { region: config.region, clock: systemClock };
  const id = `${config.name.slice(0, LONGEST_NAME)}-precheck-${purpose}`;
  const tag = `aurora-cutover:precheck-${purpose}`;
  const one: ThrowAway = { ...plan, aws: createAws(settings), tags: clusterTags(settings), id, tag };
  if (await isLeftOver(one)) {
    say(`An earlier run has left the cluster ${id}: it is deleted first.`);
    await remove(one);
  }
  plan.signal.throwIfAborted();
  say(`${plan.title} as ${id}; this takes minutes.`);
  let result: { readonly value: T } | { readonly error: unknown };
  try {
    result = { value: await work(await make(one)) };
  } catch (error) {
    result = { error };
  }
  try {
    say(`Deleting ${id}.`);
    await remove(one);
  } catch (error) {
    const left = leftOver(one, error);
    throw 'error' in result ? new AggregateError([result.error, left]) : left;
  }
  if ('error' in result) throw result.error;
  return result.value;
}

async function isLeftOver({ tags, id, tag, config }: ThrowAway): Promise<boolean> {
  const found = await tags.tagsOf(id);
  if (found === undefined) return false;
  if (found.get(tag) === config.name) return true;
  throw new UpgradeError('the name of the cluster to be made is taken', {
    code: 'clone-name-taken',
    source: 'aws',
    hint: `There is a cluster ${id} without the tag ${tag}=${config.name}, so this tool has not made it and leaves it alone. Nothing was made. Rename or delete that cluster, or run precheck without it.`,
  });
}

async function make(one: ThrowAway): Promise<Cluster> {
  const { aws, id, tag, config, signal } = one;
  const instanceClass = await one.instanceClass(aws);
  const tags = { ...config.tags, [tag]: config.name };
  await run(one, one.create(id, tags));
  await run(one, createInstance(instanceOf(id), id, instanceClass, tags));
  return waitFor(`${id} to be available`, READY_MS, signal, async () => {
    const cluster = await aws.rds.cluster(id);
    const [instance] = await aws.rds.instances(id);
    return cluster?.status === 'available' && instance?.status === 'available' ? cluster : undefined;
  });
}

/** Nothing that is gone already stops it: a run may have ended anywhere in between. */
async function remove(one: ThrowAway): Promise<void> {
  const { aws, id, tags, tag, config } = one;
  const found = await tags.tagsOf(id);
  if (found === undefined) return;
  if (found.get(tag) !== config.name) throw new Error(`${id} does not carry the tag of this tool`);
  await deleteUntilAccepted(
    one,
    deleteInstance(instanceOf(id)),
    async () => (await aws.rds.instances(id)).length === 0,
  );
  await deleteUntilAccepted(one, deleteClone(id), async () => (await aws.rds.cluster(id)) === undefined);
}

/** RDS refuses to delete what is still being made; it accepts that later. */
async function deleteUntilAccepted(one: ThrowAway, call: AwsCall, isGone: () => Promise<boolean>): Promise<void> {
  let refusal: unknown;
  let isAccepted = false;
  await waitFor(`${call.action} of ${one.id}`, GONE_MS, undefined, async () => {
    if (await isGone()) return true;
    if (isAccepted) return undefined;
    try {
      await run(one, call);
      isAccepted = true;
    } catch (error) {
      refusal = error;
      if (error instanceof UpgradeError && error.code === 'aws-access-denied') throw error;
    }
    return undefined;
  }).catch((error: unknown) => {
    throw refusal ?? error;
  });
}

async function run({ aws }: ThrowAway, call: AwsCall): Promise<void> {
  await aws.run(call, { timeoutMs: CALL_MS });
}

async function waitFor<T>(
  what: string,
  budgetMs: number,
  signal: AbortSignal | undefined,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = systemClock.monotonicMs() + budgetMs;
  for (let pause = FIRST_PAUSE_MS; systemClock.monotonicMs() < end; pause = Math.min(pause * 1.25, LONGEST_PAUSE_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    await systemClock.sleep(pause, signal);
  }
  throw new UpgradeError(`${what} took too long`, {
    code: 'clone-timeout',
    source: 'aws',
    retryable: true,
    hint: `It had ${budgetMs / 60_000} minutes. Look at the cluster in the RDS console, then run the same command again: what is left is deleted first.`,
  });
}

function instanceOf(cluster: string): string {
  return `${cluster}-1`;
}

function leftOver({ id, config }: ThrowAway, cause: unknown): UpgradeError {
  return new UpgradeError(`${id} could not be deleted`, {
    code: 'clone-left-over',
    source: 'aws',
    hint:
      `${messageOf(cause)}. It costs money until it is gone. Run the same command again, which deletes it first, or by hand:\n` +
      `aws rds delete-db-instance --region ${config.region} --db-instance-identifier ${instanceOf(id)}\n` +
      `aws rds delete-db-cluster --region ${config.region} --db-cluster-identifier ${id} --skip-final-snapshot`,
    cause,
  });
}
