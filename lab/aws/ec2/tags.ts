import type { CreateTagsRequest, DeleteTagsRequest, Filter, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../aws-error';
import type { Handlers, World } from '../world';

export function tagsOf(world: World, resourceId: string): Tag[] {
  return Object.entries(world.store.document.tags[resourceId] ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

export function addTags(world: World, resourceId: string, tags: readonly Tag[]): void {
  const { document } = world.store;
  const added = Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  document.tags[resourceId] = { ...document.tags[resourceId], ...added };
}

export function specifiedTags(specifications: readonly TagSpecification[] | undefined, resourceType: string): Tag[] {
  return (specifications ?? [])
    .filter(({ ResourceType }) => ResourceType === resourceType)
    .flatMap(({ Tags = [] }) => Tags);
}

/** Values that a `tag:Name` or plain filter allows, by filter name; `*` stands for anything in a value. */
export function passesFilters(
  filters: readonly Filter[] | undefined,
  valuesOf: (name: string) => readonly (string | undefined)[],
): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    const actual = valuesOf(Name);
    return Values.some((pattern) => actual.some((value) => value !== undefined && isLike(value, pattern)));
  });
}

function isLike(value: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${escaped}$`).test(value);
}

export function tagActions(world: World): Handlers {
  return {
    CreateTags(input: CreateTagsRequest) {
      for (const id of input.Resources ?? []) addTags(world, existing(world, id), input.Tags ?? []);
      return {};
    },
    DeleteTags(input: DeleteTagsRequest) {
      const removed = input.Tags?.map(({ Key }) => Key);
      for (const id of input.Resources ?? []) {
        const kept = Object.entries(world.store.document.tags[existing(world, id)] ?? {}).filter(
          ([key]) => removed !== undefined && !removed.includes(key),
        );
        world.store.document.tags[id] = Object.fromEntries(kept);
      }
      return {};
    },
  };
}

function existing(world: World, id: string): string {
  const { securityGroups, securityGroupRules } = world.store.document;
  if (id in securityGroups || id in securityGroupRules) return id;
  throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
}
