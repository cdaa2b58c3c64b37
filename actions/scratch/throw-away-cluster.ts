/** Clusters that the tool makes on AWS for a while: named and tagged, and deleted whatever becomes of the run. */
import { createInstance, deleteClone, deleteInstance } from '../aws/calls';
import { messageOf, UpgradeError } from '../engine/errors';
import type { Aws, AwsCall, Cluster } from '../ports/aws';
import type { Clock } from '../ports/clock';
import type { ClusterTags } from '../ports/cluster-tags';

const CALL_MS = 60_000;
const READY_MS = 3_600_000;
const GONE_MS = 1_800_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const HEARTBEAT_MS = 5_000;
/** With the longest purpose and the number of its instance behind it, a name has at most 63 characters, as RDS asks. */
const LONGEST_NAME = 44;

/** Neither port listens to Ctrl-C: what was made has to be deleted after it, too. */
export interface ThrowAwayPorts {
  readonly aws: Aws;
  readonly tags: ClusterTags;
  readonly clock: Clock;
}

export interface ThrowAwayWork {
  readonly ports: ThrowAwayPorts;
  /** Of the upgrade; `tags` are what everything of it carries. */
  readonly config: {
    readonly name: string;
    readonly region: string;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Its name on AWS and the tag, whose value is the name of the upgrade: only a cluster that carries both is ever deleted. */
export interface ThrowAwayName {
  readonly id: string;
  readonly tag: string;
}

/** What deleting it takes. */
export interface ThrowAwayRemains extends Omit<ThrowAwayWork, 'signal'> {
  readonly name: ThrowAwayName;
  /** What is typed to delete it when that has failed, e.g. `precheck --on-clone`. */
  readonly command: string;
  /** What it needs and what belongs to nothing else: made before it, deleted after it. `remove` may find nothing there. */
  readonly belongings?: { readonly make: () => Promise<void>; readonly remove: () => Promise<void> };
  /** Told every few seconds while AWS is waited for. */
  readonly waiting?: (reason: string, elapsedMs: number, budgetMs: number) => void;
}

export interface ThrowAwayPlan extends ThrowAwayRemains, ThrowAwayWork {
  /** What is said before it is made, e.g. `Cloning orders`. */
  readonly title: string;
  readonly instanceClass: (aws: Aws) => Promise<string>;
  /** Of its one instance; absent: the default group. */
  readonly instanceParameterGroup?: string;
  readonly create: (id: string, tags: Readonly<Record<string, string>>) => AwsCall;
  /** Besides those of the upgrade. */
  readonly moreTags?: Readonly<Record<string, string>>;
  /** Asked once `work` has resolved: true leaves the cluster where it is. One on which it has failed is deleted all the same. */
  readonly isKept?: () => boolean;
}

/** `purpose` is part of both, e.g. `trial`. */
export function throwAwayName(upgrade: string, purpose: string): ThrowAwayName {
  return { id: `${upgrade.slice(0, LONGEST_NAME).replace(/-$/, '')}-${purpose}`, tag: `aurora-cutover:${purpose}` };
}

/**
 * Hands the cluster to `work` and deletes it whatever becomes of it, an interruption included. One that an earlier run could
 * not delete is deleted first. Throws `clone-name-taken` for a cluster of that name which is not ours, and `clone-left-over`
 * when it could not be deleted: that goes on costing money.
 */
export async function onThrowAway<T>(plan: ThrowAwayPlan, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const { say, name, signal } = plan;
  if (await isLeftOver(plan)) {
    say(`An earlier run has left the cluster ${name.id}: it is deleted first.`);
    await remove(plan);
  }
  signal.throwIfAborted();
  say(`${plan.title} as ${name.id}; this takes minutes.`);
  let result: { readonly value: T } | { readonly error: unknown };
  try {
    result = { value: await work(await make(plan)) };
  } catch (error) {
    result = { error };
  }
  if (!('value' in result && plan.isKept?.() === true)) {
    try {
      say(`Deleting ${name.id}.`);
      await remove(plan);
    } catch (error) {
      const left = leftOver(plan, error);
      throw 'error' in result ? new AggregateError([result.error, left]) : left;
    }
  }
  if ('error' in result) throw result.error;
  return result.value;
}

/** Deletes what an earlier run has left; false when there is nothing. Throws what `onThrowAway` throws. */
export async function removeThrowAway(plan: ThrowAwayRemains): Promise<boolean> {
  const isThere = await isLeftOver(plan);
  try {
    if (isThere) plan.say(`Deleting ${plan.name.id}.`);
    await remove(plan);
  } catch (error) {
    throw leftOver(plan, error);
  }
  return isThere;
}

async function isLeftOver({ ports, name: { id, tag }, config }: ThrowAwayRemains): Promise<boolean> {
  const found = await ports.tags.tagsOf(id);
  if (found === undefined) return false;
  if (found.get(tag) === config.name) return true;
  throw new UpgradeError('the name of the cluster to be made is taken', {
    code: 'clone-name-taken',
    source: 'aws',
    hint: `There is a cluster ${id} without the tag ${tag}=${config.name}, so this tool has not made it and leaves it alone. Nothing was made. Rename or delete that cluster, or do without this command.`,
  });
}

async function make(plan: ThrowAwayPlan): Promise<Cluster> {
  const { name, config, signal, instanceParameterGroup, ports } = plan;
  const { id, tag } = name;
  const instanceClass = await plan.instanceClass(ports.aws);
  const tags = { ...config.tags, ...plan.moreTags, [tag]: config.name };
  await plan.belongings?.make();
  await run(plan, plan.create(id, tags));
  await run(plan, createInstance(instanceOf(id), id, instanceClass, tags, instanceParameterGroup));
  return waitFor(plan, `${id} to be available`, READY_MS, signal, async () => {
    const cluster = await ports.aws.rds.cluster(id);
    const [instance] = await ports.aws.rds.instances(id);
    return cluster?.status === 'available' && instance?.status === 'available' ? cluster : undefined;
  });
}

/** Nothing that is gone already stops it, nor one that somebody else has made meanwhile: a run may have ended anywhere. */
async function remove(plan: ThrowAwayRemains): Promise<void> {
  const { ports, name, config, belongings } = plan;
  const { id, tag } = name;
  const { rds } = ports.aws;
  const found = await ports.tags.tagsOf(id);
  if (found?.get(tag) === config.name) {
    const instance = instanceOf(id);
    // By the cluster's own list: an instance of that name may be of another cluster.
    const isGone = async (): Promise<boolean> => (await rds.instances(id)).every((one) => one.id !== instance);
    await deleteUntilAccepted(plan, deleteInstance(instance), isGone);
    await deleteUntilAccepted(plan, deleteClone(id), async () => (await rds.cluster(id)) === undefined);
  }
  await belongings?.remove();
}

/** RDS refuses to delete what is still being made; it accepts that later. */
async function deleteUntilAccepted(
  plan: ThrowAwayRemains,
  call: AwsCall,
  isGone: () => Promise<boolean>,
): Promise<void> {
  let refusal: unknown;
  let isAccepted = false;
  await waitFor(plan, `${call.action} of ${plan.name.id}`, GONE_MS, undefined, async () => {
    if (await isGone()) return true;
    if (isAccepted) return undefined;
    try {
      await run(plan, call);
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

async function run({ ports }: ThrowAwayRemains, call: AwsCall): Promise<void> {
  await ports.aws.run(call, { timeoutMs: CALL_MS });
}

async function waitFor<T>(
  { ports: { clock }, waiting }: ThrowAwayRemains,
  what: string,
  budgetMs: number,
  signal: AbortSignal | undefined,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const start = clock.monotonicMs();
  let pause = FIRST_PAUSE_MS;
  let toldMs = 0;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const elapsedMs = clock.monotonicMs() - start;
    if (elapsedMs >= budgetMs) break;
    if (elapsedMs - toldMs >= HEARTBEAT_MS) {
      waiting?.(what, elapsedMs, budgetMs);
      toldMs = elapsedMs;
    }
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 1.25, LONGEST_PAUSE_MS);
  }
  throw new UpgradeError(`${what} took too long`, {
    code: 'clone-timeout',
    source: 'aws',
    retryable: true,
    hint: `It had ${budgetMs / 60_000} minutes. Look at the cluster in the RDS console, then run the same command again: what is left is deleted first.`,
  });
}

export function instanceOf(cluster: string): string {
  return `${cluster}-1`;
}

function leftOver({ name: { id }, config, command }: ThrowAwayRemains, cause: unknown): UpgradeError {
  return new UpgradeError(`${id} could not be deleted`, {
    code: 'clone-left-over',
    source: 'aws',
    hint:
      `${messageOf(cause)}. It costs money until it is gone. Run \`${command}\` again, which deletes it first, or by hand:\n` +
      `aws rds delete-db-instance --region ${config.region} --db-instance-identifier ${instanceOf(id)}\n` +
      `aws rds delete-db-cluster --region ${config.region} --db-cluster-identifier ${id} --skip-final-snapshot`,
    cause,
  });
}
