/** `precheck --on-clone`: what reads every table is asked of a copy-on-write clone, made for it and deleted after it. */
import { cloneCluster } from '../aws/calls';
import { UpgradeError } from '../engine/errors';
import type { Aws, Cluster } from '../ports/aws';
import { onThrowAway, type ThrowAwayWork } from './precheck-throw-away';

/** Throws what `onThrowAway` throws, and `blue-without-writer`. */
export function onClone<T>(
  given: ThrowAwayWork & { readonly blue: Cluster },
  work: (clone: Cluster) => Promise<T>,
): Promise<T> {
  const { blue } = given;
  const { parameterGroup, subnetGroup, securityGroupIds } = blue;
  return onThrowAway(
    {
      ...given,
      purpose: 'clone',
      title: `Cloning ${blue.id}`,
      instanceClass: (aws) => classOfWriter(aws, blue),
      create: (id, tags) => cloneCluster({ id, source: blue.id, parameterGroup, subnetGroup, securityGroupIds, tags }),
    },
    work,
  );
}

async function classOfWriter(aws: Aws, blue: Cluster): Promise<string> {
  const writer = (await aws.rds.instances(blue.id)).find(({ id }) =>
    blue.members.some(({ instanceId, isWriter }) => isWriter && instanceId === id),
  );
  if (writer !== undefined) return writer.instanceClass;
  throw new UpgradeError('blue has no writer', {
    code: 'blue-without-writer',
    source: 'aws',
    hint: `The clone of ${blue.id} gets the instance class of its writer. Add an instance to the cluster and run it again.`,
  });
}
