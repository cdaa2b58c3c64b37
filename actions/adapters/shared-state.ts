import type { UpgradeConfig } from '../config/schema';
import { decodeState } from '../state/encoding';
import type { UpgradeState } from '../state/format';
import { parseStateLocation } from '../state/location';
import { s3Objects } from './aws-s3';
import { systemClock } from './system-clock';

/**
 * The state at `s3://bucket/key` for a reader that never writes (synth); undefined when there is none yet. Throws the errors
 * of `decodeState` and those of AWS: a state that cannot be asked for is no reason to assume one.
 */
export async function readSharedState(
  place: string,
  { name, region }: Pick<UpgradeConfig, 'name' | 'region'>,
): Promise<UpgradeState | undefined> {
  const location = parseStateLocation(place);
  if (location.is === 'file') throw new TypeError(`${place} is no bucket`);
  const found = await s3Objects({ region, clock: systemClock }, location.bucket).get(location.key);
  return found === undefined ? undefined : decodeState(found.text, place, name);
}
