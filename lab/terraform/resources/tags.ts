import {
  AddTagsToResourceCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import { isAttributes, type Attributes, type Value } from '../wire/values';
import { attempt } from './aws-failure';
import type { Session } from './resource';

/** Every tag that a resource is to have, the provider's own defaults included. */
export function wantedTags(state: Attributes): Record<string, string> {
  const tags = state['tags_all'];
  if (!isAttributes(tags)) return {};
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function tagList(state: Attributes): { Key: string; Value: string }[] {
  return Object.entries(wantedTags(state)).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * `tags` and `tags_all` after a read. `tags` holds what the provider's defaults do not explain; tags that AWS sets itself
 * (`aws:`) are nobody's business.
 */
export function readTags(
  state: Attributes,
  found: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): { tags: Value; tags_all: Value } {
  const all = Object.fromEntries(
    (found ?? []).filter(({ Key }) => Key && !Key.startsWith('aws:')).map(({ Key, Value }) => [Key ?? '', Value ?? '']),
  );
  const before = state['tags'];
  const inherited = isAttributes(before) ? wantedOnlyByDefault(wantedTags(state), before) : wantedTags(state);
  const own = Object.fromEntries(Object.entries(all).filter(([key, value]) => inherited[key] !== value));
  return { tags: Object.keys(own).length === 0 && !isAttributes(before) ? null : own, tags_all: all };
}

function wantedOnlyByDefault(all: Record<string, string>, own: Attributes): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !(key in own)));
}

export async function rdsTags(arn: string, session: Session): Promise<Tag[]> {
  const { TagList } = await session.rds.send(new ListTagsForResourceCommand({ ResourceName: arn }));
  return TagList ?? [];
}

/** Brings the tags of an RDS resource from `prior` to `planned`. */
export async function updateRdsTags(
  arn: string,
  prior: Attributes,
  planned: Attributes,
  session: Session,
): Promise<void> {
  const { removed, added } = tagChanges(prior, planned);
  await attempt(`updating tags of ${arn}`, async () => {
    if (removed.length > 0) {
      await session.rds.send(new RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys: removed }));
    }
    if (added.length > 0) await session.rds.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: added }));
  });
}

export function tagChanges(
  prior: Attributes,
  planned: Attributes,
): { removed: string[]; added: { Key: string; Value: string }[] } {
  const before = wantedTags(prior);
  const after = wantedTags(planned);
  return {
    removed: Object.keys(before).filter((key) => !(key in after)),
    added: tagList(planned).filter(({ Key, Value }) => before[Key] !== Value),
  };
}
