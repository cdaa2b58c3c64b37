import { parseAuroraVersion } from '../mysql/version';
import type { Crossing } from './crossing';
import { isFrom57 } from './crossing';

/** Two prechecks of Aurora are made only on the way to 3.03 and older, which few regions still offer. */
export function goesToAuroraBefore304(crossing: Crossing): boolean {
  if (!isFrom57(crossing) || !crossing.targetVersion.includes('mysql_aurora')) return false;
  const [generation = 0, minor = 0] = parseAuroraVersion(crossing.targetVersion).aurora;
  return generation === 3 && minor < 4;
}
