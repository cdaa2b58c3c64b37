import { s3Objects } from '../adapters/aws-s3';
import { systemClock } from '../adapters/system-clock';
import { thisProcess } from '../adapters/this-process';
import type { UpgradeConfig } from '../config/schema';
import type { RescuableStore } from '../ports/state-store';
import { createFileStateStore } from '../state/file-store';
import { parseStateLocation } from '../state/location';
import { createObjectStateStore } from '../state/object-store';

/** The store at `place`, an absolute path or `s3://bucket/key`. Asks nothing yet. */
export function openStateStore(
  place: string,
  { name, region }: Pick<UpgradeConfig, 'name' | 'region'>,
): RescuableStore {
  const common = { name, clock: systemClock, process: thisProcess };
  const location = parseStateLocation(place);
  return location.is === 'file'
    ? createFileStateStore({ file: location.file, ...common })
    : createObjectStateStore({
        objects: s3Objects({ region, clock: systemClock }, location.bucket),
        key: location.key,
        ...common,
      });
}
