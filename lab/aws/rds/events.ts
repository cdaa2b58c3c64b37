import type { DescribeEventsMessage, EventsMessage } from '@aws-sdk/client-rds';
import { invalidParameterCombination, invalidParameterValue } from '../aws-error';
import type { EventRecord } from '../document';
import { pageOf } from '../paging';
import { isoNow, rdsArn, type Handlers, type World } from '../world';

const ARN_KINDS: Readonly<Record<EventRecord['sourceType'], string>> = {
  'db-instance': 'db',
  'db-cluster': 'cluster',
  'db-parameter-group': 'pg',
  'db-cluster-snapshot': 'cluster-snapshot',
};

const DEFAULT_WINDOW_MINUTES = 60;
/** RDS keeps events for 14 days. */
const RETENTION_MINUTES = 20_160;

/** Adds an event as RDS would. Some of RDS's events have no category, above all the binlog coordinates. */
export function recordEvent(
  world: World,
  sourceType: EventRecord['sourceType'],
  sourceId: string,
  message: string,
  categories: readonly string[] = [],
): void {
  const sourceArn = rdsArn(world, ARN_KINDS[sourceType], sourceId);
  world.store.document.events.push({ at: isoNow(), sourceType, sourceId, sourceArn, message, categories });
}

export function eventActions(world: World): Handlers {
  return {
    DescribeEvents(input: DescribeEventsMessage): EventsMessage {
      if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
        throw invalidParameterCombination('SourceType must be specified when SourceIdentifier is specified.');
      }
      const [from, to] = windowOf(input);
      const wanted = input.EventCategories ?? [];
      const events = world.store.document.events.filter(
        (event) =>
          event.at >= from.toISOString() &&
          event.at <= to.toISOString() &&
          (input.SourceType === undefined || event.sourceType === input.SourceType) &&
          (input.SourceIdentifier === undefined || event.sourceId === input.SourceIdentifier.toLowerCase()) &&
          (wanted.length === 0 || event.categories.some((category) => wanted.includes(category))),
      );
      const { items, marker } = pageOf(events, input);
      return {
        Marker: marker,
        Events: items.map((event) => ({
          SourceIdentifier: event.sourceId,
          SourceType: event.sourceType,
          Message: event.message,
          EventCategories: [...event.categories],
          Date: new Date(event.at),
          SourceArn: event.sourceArn,
        })),
      };
    },
  };
}

function windowOf(input: DescribeEventsMessage): readonly [Date, Date] {
  const to = input.EndTime ?? new Date();
  const minutes = input.Duration ?? DEFAULT_WINDOW_MINUTES;
  if (minutes < 1 || minutes > RETENTION_MINUTES) {
    throw invalidParameterValue(`The duration must be between 1 and ${String(RETENTION_MINUTES)} minutes.`);
  }
  const from = input.StartTime ?? new Date(to.getTime() - minutes * 60_000);
  if (from > to) throw invalidParameterCombination('StartTime must be before EndTime.');
  return [from, to];
}
