import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  Tag,
  TagListMessage,
} from '@aws-sdk/client-rds';
import { AwsError, required } from '../aws-error';
import type { LabDocument } from '../document';
import type { Handlers, World } from '../world';

export function tagListOf(world: World, arn: string): Tag[] {
  return Object.entries(world.store.document.tags[arn] ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

export function setTags(world: World, arn: string, tags: readonly Tag[] | undefined): void {
  const { document } = world.store;
  document.tags[arn] = {
    ...document.tags[arn],
    ...Object.fromEntries((tags ?? []).map(({ Key, Value }) => [required(Key, 'Tag.Key'), Value ?? ''])),
  };
}

/** Where each kind of tagged resource lives, and AWS's error when it is not there. */
const KINDS: Readonly<Record<string, { readonly in: (document: LabDocument) => object; readonly missing: string }>> = {
  cluster: { in: (document) => document.clusters, missing: 'DBClusterNotFoundFault' },
  db: { in: (document) => document.instances, missing: 'DBInstanceNotFound' },
  'cluster-snapshot': { in: (document) => document.clusterSnapshots, missing: 'DBClusterSnapshotNotFoundFault' },
  'cluster-pg': { in: (document) => document.clusterParameterGroups, missing: 'DBParameterGroupNotFound' },
  pg: { in: (document) => document.instanceParameterGroups, missing: 'DBParameterGroupNotFound' },
  subgrp: { in: (document) => document.subnetGroups, missing: 'DBSubnetGroupNotFoundFault' },
};

export function tagActions(world: World): Handlers {
  return {
    AddTagsToResource(input: AddTagsToResourceMessage) {
      setTags(world, taggedArn(world, input.ResourceName), input.Tags);
      return {};
    },
    RemoveTagsFromResource(input: RemoveTagsFromResourceMessage) {
      const arn = taggedArn(world, input.ResourceName);
      const removed = input.TagKeys ?? [];
      const kept = Object.entries(world.store.document.tags[arn] ?? {}).filter(([key]) => !removed.includes(key));
      world.store.document.tags[arn] = Object.fromEntries(kept);
      return {};
    },
    ListTagsForResource(input: ListTagsForResourceMessage): TagListMessage {
      return { TagList: tagListOf(world, taggedArn(world, input.ResourceName)) };
    },
  };
}

function taggedArn(world: World, resourceName: string | undefined): string {
  const arn = required(resourceName, 'ResourceName');
  const [, , service, , , kind = '', ...rest] = arn.split(':');
  const place = KINDS[kind];
  if (service !== 'rds' || place === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `The specified resource name does not match an RDS resource in this region: ${arn}`,
    );
  }
  const id = rest.join(':');
  if (!(id in place.in(world.store.document))) throw new AwsError(place.missing, `${arn} not found.`, 404);
  return arn;
}
