/** The instances of a side by their own endpoints, for what is asked of them and run on them. */
import { openObserver } from '../adapters/mysql-observer';
import { openReadRunner } from '../adapters/read-runner';
import { UpgradeError } from '../engine/errors';
import type { Side } from '../ports/mysql-server';
import type { ReadInstance } from '../reads/read-instance';
import { greenNames } from '../config/names';
import type { Command } from './command';

interface ReadInstances {
  /** The writer first. */
  readonly instances: readonly ReadInstance[];
  close(): Promise<void>;
}

export interface BothSides {
  readonly serving: readonly ReadInstance[];
  readonly following: readonly ReadInstance[];
}

/** The serving side with its readers, the following one with them where `readers` says so; closed when the work has ended. */
export async function withReadInstances<T>(
  command: Command,
  sides: Readonly<Record<keyof BothSides, Side>>,
  { readers }: { readonly readers: boolean },
  work: (instances: BothSides) => Promise<T>,
): Promise<T> {
  const at = command.context.clock.now();
  const serving = await openReadInstances(command, sides.serving, { readers: true, at });
  try {
    const following = await openReadInstances(command, sides.following, { readers, at });
    try {
      return await work({ serving: serving.instances, following: following.instances });
    } finally {
      await following.close();
    }
  } finally {
    await serving.close();
  }
}

/**
 * `readers`: also the readers; one that cannot be reached is told and left out. `at`: what NOW() answers in statements that are
 * run. Throws `reads-no-writer`, and what the connection to the writer throws.
 */
async function openReadInstances(
  command: Command,
  side: Side,
  { readers, at }: { readonly readers: boolean; readonly at: Date },
): Promise<ReadInstances> {
  const { config, context } = command;
  const clusterId = side === 'blue' ? config.blue.cluster : greenNames(config).cluster;
  const [cluster, found, credentials] = await Promise.all([
    context.aws.rds.cluster(clusterId),
    context.aws.rds.instances(clusterId),
    context.mysql.masterCredentials(side),
  ]);
  const writerId = cluster?.members.find(({ isWriter }) => isWriter)?.instanceId;
  const wanted = found
    .filter(({ id }) => readers || id === writerId)
    .toSorted((one, other) => Number(other.id === writerId) - Number(one.id === writerId));
  const instances: ReadInstance[] = [];
  try {
    for (const { id, endpoint } of wanted) {
      if (!endpoint) continue;
      const target = { side, ...endpoint, credentials, network: config.network, clock: context.clock };
      try {
        const server = await openObserver(target);
        instances.push({
          side,
          id,
          isWriter: id === writerId,
          server,
          openRunner: (caps) => openReadRunner({ ...target, caps, at }),
        });
      } catch (error) {
        if (id === writerId || !(error instanceof UpgradeError)) throw error;
        const text = `the reader ${id} of ${side} is left out: ${error.message}`;
        context.emit({ type: 'note', level: 'warning', code: 'reads-reader-unreachable', text });
      }
    }
    if (!instances.some(({ isWriter }) => isWriter)) throw noWriter(side, clusterId);
    return { instances, close: () => closeAll(instances) };
  } catch (error) {
    await closeAll(instances);
    throw error;
  }
}

async function closeAll(instances: readonly ReadInstance[]): Promise<void> {
  await Promise.all(instances.map(({ server }) => server.close()));
}

function noWriter(side: Side, clusterId: string): UpgradeError {
  return new UpgradeError(`${side} has no writer that can be reached`, {
    code: 'reads-no-writer',
    source: 'aws',
    retryable: true,
    hint: `The cluster ${clusterId} names no writer with an endpoint. A cluster that fails over or is being made has none for a while: wait until it is available, then run the same command again.`,
  });
}
