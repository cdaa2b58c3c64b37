/** Passwords of the tool's own accounts, which nobody has to keep. */
import { createHmac } from 'node:crypto';

/** CHANGE MASTER / CHANGE REPLICATION SOURCE accept at most 32 characters (MySQL manual). */
const MAX_LENGTH = 32;
/** Satisfies validate_password's classes whatever the rest turns out to be. */
const PREFIX = 'Aa1-';

/**
 * The same password on every machine that knows the master password, and in no file: HMAC-SHA-256 of the account's name
 * under the master password, salted by the upgrade's lineage. It does not reveal the master password.
 */
export function derivedPassword(masterPassword: string, lineage: string, user: string): string {
  const digest = createHmac('sha256', masterPassword).update(`aurora-cutover\0${lineage}\0${user}`).digest('base64url');
  return (PREFIX + digest).slice(0, MAX_LENGTH);
}
