/** `precheck --on-clone`: what reads every table is asked of a copy-on-write clone, made for it and deleted after it. */
import { createAws } from '../adapters/aws-sdk';
import { clusterTags } from '../adapters/aws-cluster-tags';
import { systemClock } from '../adapters/system-clock';
import { cloneCluster, createInstance, deleteClone, deleteInstance } from '../aws/calls';
import type { LoadedConfig } from '../config/load';
import { messageOf, UpgradeError } from '../engine/errors';
import type { Aws, AwsCall, Cluster } from '../ports/aws';
import type { ClusterTags } from '../ports/cluster-tags';

/** Its value is the name of the upgrade: only a cluster that carries both is ever deleted. */
const TAG = 'aurora-cutover:precheck-clone';
const CALL_MS = 60_000;
const READY_MS = 3_600_000;
const GONE_MS = 1_800_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const LONGEST_NAME = 50;

export interface CloneWork {
  readonly config: LoadedConfig;
  readonly blue: Cluster;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

interface Clone extends CloneWork {
  readonly aws: Aws;
  readonly tags: ClusterTags;
  readonly id: string;
}

/**
 * Hands the clone to `work` and deletes it whatever becomes of it, an interruption included. One that an earlier run could not
 * delete is deleted first. Throws `clone-name-taken` for a cluster of that name which is not ours, and `clone-left-over` when it
 * could not be deleted: that goes on costing money.
 */
export async function onClone<T>(given: CloneWork, work: (clone: Cluster) => Promise<T>): Promise<T> {
  const { config, blue, say } = given;
  // Without the signal of Ctrl-C: the clone has to be deleted after it, too.
  const settings = { region: config.region, clock: systemClock };
  const id = `${config.name.slice(0, LONGEST_NAME)}-precheck-clone`;
  const clone: Clone = { ...given, aws: createAws(settings), tags: clusterTags(settings), id };
  if (await isLeftOver(clone)) {
    say(`An earlier run has left the clone ${id}: it is deleted first.`);
    await remove(clone);
  }
  given.signal.throwIfAborted();
  say(`Cloning ${blue.id} as ${id}; this takes minutes.`);
  let result: { readonly value: T } | { readonly error: unknown };
  try {
    result = { value: await work(await make(clone)) };
  } catch (error) {
    result = { error };
  }
  try {
    say(`Deleting the clone ${id}.`);
    await remove(clone);
  } catch (error) {
    const left = leftOver(clone, error);
    throw 'error' in result ? new AggregateError([result.error, left]) : left;
  }
  if ('error' in result) throw result.error;
  return result.value;
}

async function isLeftOver({ tags, id, config }: Clone): Promise<boolean> {
  const found = await tags.tagsOf(id);
  if (found === undefined) return false;
  if (found.get(TAG) === config.name) return true;
  throw new UpgradeError('the name of the clone is taken', {
    code: 'clone-name-taken',
    source: 'aws',
    hint: `There is a cluster ${id} without the tag ${TAG}=${config.name}, so this tool has not made it and leaves it alone. Nothing was made. Rename or delete that cluster, or run precheck without --on-clone.`,
  });
}

async function make(clone: Clone): Promise<Cluster> {
  const { aws, blue, id, config, signal } = clone;
  const writer = (await aws.rds.instances(blue.id)).find(({ id: instance }) =>
    blue.members.some(({ instanceId, isWriter }) => isWriter && instanceId === instance),
  );
  if (writer === undefined) {
    throw new UpgradeError('blue has no writer', {
      code: 'blue-without-writer',
      source: 'aws',
      hint: `The clone of ${blue.id} gets the instance class of its writer. Add an instance to the cluster and run it again.`,
    });
  }
  const tags = { ...config.tags, [TAG]: config.name };
  const { parameterGroup, subnetGroup, securityGroupIds } = blue;
  const copy = cloneCluster({ id, source: blue.id, parameterGroup, subnetGroup, securityGroupIds, tags });
  await run(clone, copy);
  await run(clone, createInstance(instanceOf(id), id, writer.instanceClass, tags));
  return waitFor('the clone to be available', READY_MS, signal, async () => {
    const cluster = await aws.rds.cluster(id);
    const [instance] = await aws.rds.instances(id);
    return cluster?.status === 'available' && instance?.status === 'available' ? cluster : undefined;
  });
}

/** Nothing that is gone already stops it: a run may have ended anywhere in between. */
async function remove(clone: Clone): Promise<void> {
  const { aws, id, tags, config } = clone;
  const found = await tags.tagsOf(id);
  if (found === undefined) return;
  if (found.get(TAG) !== config.name) throw new Error(`${id} does not carry the tag of this tool`);
  await deleteUntilAccepted(
    clone,
    deleteInstance(instanceOf(id)),
    async () => (await aws.rds.instances(id)).length === 0,
  );
  await deleteUntilAccepted(clone, deleteClone(id), async () => (await aws.rds.cluster(id)) === undefined);
}

/** RDS refuses to delete what is still being made; it accepts that later. */
async function deleteUntilAccepted(clone: Clone, call: AwsCall, isGone: () => Promise<boolean>): Promise<void> {
  let refusal: unknown;
  let isAccepted = false;
  await waitFor(`${call.action} of ${clone.id}`, GONE_MS, undefined, async () => {
    if (await isGone()) return true;
    if (isAccepted) return undefined;
    try {
      await run(clone, call);
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

async function run({ aws }: Clone, call: AwsCall): Promise<void> {
  await aws.run(call, { timeoutMs: CALL_MS });
}

async function waitFor<T>(
  what: string,
  budgetMs: number,
  signal: AbortSignal | undefined,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = systemClock.monotonicMs() + budgetMs;
  for (let pause = FIRST_PAUSE_MS; systemClock.monotonicMs() < end; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    await systemClock.sleep(pause, signal);
  }
  throw new UpgradeError(`${what} took too long`, {
    code: 'clone-timeout',
    source: 'aws',
    retryable: true,
    hint: `It had ${budgetMs / 60_000} minutes. Look at the cluster in the RDS console, then run the same command again: a clone that is left is deleted first.`,
  });
}

function instanceOf(cluster: string): string {
  return `${cluster}-1`;
}

function leftOver({ id, config }: Clone, cause: unknown): UpgradeError {
  return new UpgradeError(`the clone ${id} could not be deleted`, {
    code: 'clone-left-over',
    source: 'aws',
    hint:
      `${messageOf(cause)}. It costs money until it is gone. Run the same command again, which deletes it first, or by hand:\n` +
      `aws rds delete-db-instance --region ${config.region} --db-instance-identifier ${instanceOf(id)}\n` +
      `aws rds delete-db-cluster --region ${config.region} --db-cluster-identifier ${id} --skip-final-snapshot`,
    cause,
  });
}
