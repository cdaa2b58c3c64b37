/** An account of blue made on green, with all that it may do. Pure. */
import { isRole, type AccountDetails } from '../../mysql/account-details';
import { quoteAccount } from '../../mysql/account-names';
import { heirsOf } from '../../mysql/account-privileges';
import { isSame, ownRights } from '../../mysql/account-rights';
import { isServerAtLeast } from '../../mysql/version';
import { isKnown } from './account-side';
import {
  defaultRoles,
  grantStatements,
  hasLimits,
  joinCures,
  lifetimeWords,
  limitWords,
  onGreen,
  passwordCure,
  requirement,
} from './cures';
import type { AccountPair } from './finding';

/** `was` as blue has it. Privileges that green does not know are left to their heirs. */
export function accountCure(pair: AccountPair, was: AccountDetails): readonly string[] {
  const rights = rightsOf(pair, was);
  return joinCures(creation(pair, was), rights.length > 0 ? onGreen(pair, rights) : []);
}

function rightsOf(pair: AccountPair, was: AccountDetails): readonly string[] {
  const { blue, green } = pair;
  const rights = [...ownRights(blue, was).of.values()].flatMap(({ scope, privileges }) => {
    const known = [...privileges].flatMap((privilege) =>
      isKnown(green, privilege) ? privilege : heirsOf(privilege).filter((heir) => isKnown(green, heir)),
    );
    return known.length > 0 ? grantStatements(was, scope, known.sort()) : [];
  });
  const roles = blue.grants.roles.filter(({ to }) => isSame(to, was));
  const granted = roles.map(
    ({ role, isAdmin }) => `GRANT ${quoteAccount(role)} TO ${quoteAccount(was)}${isAdmin ? ' WITH ADMIN OPTION' : ''};`,
  );
  const isDefault = blue.grants.defaultRoles.some(({ to }) => isSame(to, was));
  return [...rights, ...granted, ...(isDefault ? [defaultRoles(pair, was)] : [])];
}

function creation(pair: AccountPair, account: AccountDetails): readonly string[] {
  if (isRole(account)) return onGreen(pair, [`CREATE ROLE ${quoteAccount(account)};`]);
  const isCarried = !isServerAtLeast(pair.green.version, 8, 0, 0);
  const rest = [
    ` REQUIRE ${requirement(account.tls)}`,
    hasLimits(account.limits) ? ` ${limitWords(account.limits)}` : '',
    account.isExpired ? ' PASSWORD EXPIRE' : account.lifetimeDays === null ? '' : ` ${lifetimeWords(account)}`,
    account.policies.map((policy) => ` ${policy}`).join(''),
    account.isLocked ? ' ACCOUNT LOCK' : '',
  ].join('');
  return passwordCure(pair, account, isCarried ? 'CREATE USER IF NOT EXISTS' : 'CREATE USER', rest);
}
