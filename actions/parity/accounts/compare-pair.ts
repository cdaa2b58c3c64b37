/** Two sides' accounts, row by row. Pure. */
import { isRole, type AccountDetails } from '../../mysql/account-details';
import { quoteAccount } from '../../mysql/account-names';
import type { Account } from '../../mysql/statements';
import type { ParityRow } from '../parity';
import { loginObstacle } from './account-side';
import { accountCure } from './account-cure';
import { onGreen, requirement } from './cures';
import { rowOf, type AccountPair, type Finding } from './finding';
import { compareLogin } from './login';
import { comparePrivileges } from './privileges';
import { compareServerRules } from './server-rules';

/** `platform`: MySQL's and RDS's own, not compared. `tool`: this tool's, which `apply` makes. */
export type Standing = 'platform' | 'tool' | 'master' | 'application';

export interface AccountsToCompare extends AccountPair {
  readonly standingOf: (account: Account) => Standing;
  /** `user@host`. */
  readonly lockedByTool: ReadonlySet<string>;
}

/** Sorted by account; roles come first, so that they are there for who they are granted to; the servers' own rules at the end. */
export function compareAccountPair(pair: AccountsToCompare): readonly ParityRow[] {
  const { blue, green, standingOf } = pair;
  const all = [...new Set([...blue.accounts.keys(), ...green.accounts.keys()])].sort();
  const isRoleHere = (name: string): boolean => {
    const account = blue.accounts.get(name) ?? green.accounts.get(name);
    return account !== undefined && isRole(account);
  };
  const names = [...all.filter(isRoleHere), ...all.filter((name) => !isRoleHere(name))];
  const rows = names.flatMap((name) => {
    const [was, is] = [blue.accounts.get(name), green.accounts.get(name)];
    const some = was ?? is;
    if (!some || standingOf(some) === 'platform') return [];
    if (standingOf(some) === 'tool') return [ownAccount(some, was, is)];
    if (was && is) return onBoth(pair, was, is);
    return [was ? missing(pair, was) : extra(pair, some)];
  });
  const applications = [...green.accounts.values()].filter((account) => standingOf(account) === 'application');
  return [...rows, ...compareServerRules(pair, applications)];
}

function onBoth(pair: AccountsToCompare, was: AccountDetails, is: AccountDetails): readonly ParityRow[] {
  const both = {
    ...pair,
    was,
    is,
    isMaster: pair.standingOf(was) === 'master',
    isLockedByTool: pair.lockedByTool.has(`${was.user}@${was.host}`),
  };
  // Nobody logs in as a role.
  const login: readonly Finding[] = isRole(was) && isRole(is) ? [] : compareLogin(both);
  const findings = [...login, ...comparePrivileges(both)];
  if (findings.length > 0) return findings.map((finding) => rowOf(is, finding));
  return [{ subject: `account ${quoteAccount(is)}`, blue: words(was), green: words(is), verdict: 'same' }];
}

function words(account: AccountDetails): string {
  if (isRole(account)) return 'role';
  const { plugin, isLocked, tls } = account;
  return [plugin, ...(tls.type === '' ? [] : [`REQUIRE ${requirement(tls)}`]), ...(isLocked ? ['locked'] : [])].join(
    ', ',
  );
}

function missing(pair: AccountPair, was: AccountDetails): ParityRow {
  const { green } = pair;
  const obstacle = isRole(was) ? undefined : loginObstacle(green, was);
  return {
    subject: `account ${quoteAccount(was)}`,
    blue: words(was),
    green: null,
    verdict: 'blocks',
    reason:
      `It is not there on green: ${isRole(was) ? 'what it grants is missing there' : 'its clients are refused, and what it is the definer of fails'}.` +
      (obstacle === undefined
        ? ''
        : ` Green cannot take it as it is (${obstacle}); made on blue it would stop replication to green.`),
    cure: accountCure(pair, was),
  };
}

function extra(pair: AccountPair, is: AccountDetails): ParityRow {
  const shadowed = [...pair.blue.accounts.values()].filter(
    ({ user, host }) => user === is.user && host !== is.host && !pair.blue.accounts.has(quoteAccount(is)),
  );
  return {
    subject: `account ${quoteAccount(is)}`,
    blue: null,
    green: words(is),
    verdict: 'warns',
    reason:
      is.user === ''
        ? 'Green has an account without a name, which takes everybody from its hosts who has no account of a nearer host.'
        : shadowed.length > 0
          ? `Blue has ${shadowed.map(quoteAccount).join(', ')} only: clients from hosts that fit both are the nearer one on green.`
          : 'Blue has no such account.',
    cure: onGreen(pair, [`DROP ${isRole(is) ? 'ROLE' : 'USER'} IF EXISTS ${quoteAccount(is)};`]),
  };
}

function ownAccount(
  account: AccountDetails,
  was: AccountDetails | undefined,
  is: AccountDetails | undefined,
): ParityRow {
  const row = {
    subject: `account ${quoteAccount(account)}`,
    blue: was ? words(was) : null,
    green: is ? words(is) : null,
  };
  if (was && is && words(was) === words(is)) return { ...row, verdict: 'same' };
  return {
    ...row,
    verdict: 'warns',
    reason: "It is this tool's own, and not the same on both sides: the channel or the proof of the fence may fail.",
    cure: ['npm run apply'],
  };
}
