import { textOf } from '../state';
import type { Attributes } from '../wire/values';

/**
 * Engine version attributes after a read, as the real provider tells them: the configured text is kept as long as it is a
 * prefix of the version that runs or of the one that waits, else the running version shows as drift.
 */
export function readEngineVersion(
  state: Attributes,
  actual: string | undefined,
  pending: string | undefined,
): { engine_version: string | undefined; engine_version_actual: string | undefined } {
  const configured = textOf(state, 'engine_version');
  const isExplained =
    configured !== undefined && (actual?.startsWith(configured) === true || pending?.startsWith(configured) === true);
  return { engine_version: isExplained ? configured : actual, engine_version_actual: actual };
}
