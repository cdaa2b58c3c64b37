/** What comparing one account finds. */
import type { AccountDetails } from '../../mysql/account-details';
import { quoteAccount } from '../../mysql/account-names';
import type { ClientKind } from '../../mysql/account-server';
import type { ParityRow } from '../parity';
import type { AccountSide } from './account-side';

export interface AccountPair {
  readonly blue: AccountSide;
  readonly green: AccountSide;
  /** Of blue, where the application is connected. Undefined: performance_schema is off, so nobody can tell. */
  readonly clients: readonly ClientKind[] | undefined;
}

/** One account on both sides. */
export interface AccountOnBoth extends AccountPair {
  readonly was: AccountDetails;
  readonly is: AccountDetails;
  /** RDS gives it its password and its rights, on each cluster for itself. */
  readonly isMaster: boolean;
  /** A fence or the switch of one application locks it and opens it again. */
  readonly isLockedByTool: boolean;
}

export interface Finding extends Omit<ParityRow, 'subject'> {
  /** Completes the subject: `plugin`, `privileges on *.*`. */
  readonly aspect: string;
}

export type Look = (both: AccountOnBoth) => readonly Finding[];

export function rowOf(account: AccountDetails, { aspect, ...rest }: Finding): ParityRow {
  return { subject: `account ${quoteAccount(account)} ${aspect}`, ...rest };
}
