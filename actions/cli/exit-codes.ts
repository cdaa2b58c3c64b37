/** Exit codes are an interface: scripts and pagers act on them. */
import { UpgradeError } from '../engine/errors';
import { BlockedError } from '../engine/runner';

export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  refused: 3,
  aborted: 4,
  personNeeded: 5,
  locked: 6,
  usage: 64,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  'config-invalid': EXIT.usage,
  'config-missing': EXIT.usage,
  usage: EXIT.usage,
  'state-locked': EXIT.locked,
  'cutover-locked': EXIT.locked,
  'plan-stale': EXIT.refused,
  'plan-tampered': EXIT.refused,
  'phase-refused': EXIT.refused,
  'reads-cutover-begun': EXIT.locked,
  'rebuild-too-early': EXIT.refused,
  'rebuild-unclear': EXIT.refused,
  'state-missing': EXIT.refused,
  'state-moved-away': EXIT.refused,
  'state-older': EXIT.refused,
  'state-place-same': EXIT.refused,
  'state-place-taken': EXIT.refused,
  'state-place-unknown': EXIT.usage,
  'not-approved': EXIT.refused,
  'trial-running': EXIT.locked,
  'trial-clone-kept': EXIT.refused,
  'trial-elsewhere': EXIT.refused,
  'trial-without-green': EXIT.refused,
  'clone-name-taken': EXIT.refused,
  'green-exists': EXIT.refused,
  'blue-not-found': EXIT.refused,
  'green-not-found': EXIT.refused,
  interrupted: EXIT.interrupted,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof BlockedError) return EXIT.refused;
  if (error instanceof UpgradeError) return BY_CODE[error.code] ?? EXIT.failed;
  if (error instanceof Error && error.name === 'AbortError') return EXIT.interrupted;
  return EXIT.failed;
}
