/** What an account may do on green and on blue. Pure. */
import { isPlatformAccount } from '../../checks/accounts';
import { quoteAccount } from '../../mysql/account-names';
import { givenTo, heirsOf, privilegeOfAuroraRole, ungrantable } from '../../mysql/account-privileges';
import {
  activeRoles,
  beyond,
  effectiveRights,
  holds,
  isSame,
  ownRights,
  type Difference,
  type Rights,
} from '../../mysql/account-rights';
import { GLOBAL, type RoleGrant, type Scope } from '../../mysql/account-grants';
import type { Account } from '../../mysql/statements';
import { isKnown, type AccountSide } from './account-side';
import { defaultRoles, grantStatements, onGreen, onGreenItself } from './cures';
import type { AccountOnBoth, Finding } from './finding';

export function comparePrivileges(both: AccountOnBoth): readonly Finding[] {
  const { blue, green, was, is } = both;
  const had = effectiveRights(blue, was);
  const has = effectiveRights(green, is);
  const ofRds = rolesOfRds(both);
  const before = { own: ownRights(blue, was), withoutRds: effectiveRights(blue, was, ofRds), ofRds };
  const now = { own: ownRights(green, is), withoutRds: effectiveRights(green, is, ofRds) };
  return [
    ...beyond(had, has).flatMap((lost) => judgeLost(both, lost, has, before)),
    ...beyond(has, had).flatMap((gained) => judgeGained(both, gained, had, now)),
    ...restrictions(both, had, has),
    ...roles(both),
  ];
}

/** Roles of RDS that are active on both sides: what they grant is RDS's to say, and another thing with each version. */
function rolesOfRds({ blue, green, was, is }: AccountOnBoth): readonly Account[] {
  const now = activeRoles(green, is);
  return activeRoles(blue, was).filter((role) => isPlatformAccount(role.user) && now.some((one) => isSame(one, role)));
}

/** Where rights come from. */
interface Sources {
  readonly own: Rights;
  readonly withoutRds: Rights;
}

function judgeLost(
  both: AccountOnBoth,
  { scope, privileges }: Difference,
  has: Rights,
  { own, withoutRds, ofRds }: Sources & { readonly ofRds: readonly Account[] },
): readonly Finding[] {
  const { green, is } = both;
  const aspect = aspectOf(scope);
  const findings: Finding[] = [];
  const [missing, gone] = divide(privileges, (privilege) => isKnown(green, privilege));
  const heirs = gone.flatMap(heirsOf);
  const unheldHeirs = (names: readonly string[]): readonly string[] =>
    names.flatMap(heirsOf).filter((heir) => isKnown(green, heir) && !holds(has, scope, heir));
  const [goneItself, goneWithRds] = divide(gone, (privilege) => holds(withoutRds, scope, privilege));
  const [missingElse, missingOfRds] = divide(missing, (privilege) => holds(withoutRds, scope, privilege));
  if (gone.length > 0) {
    findings.push({
      aspect,
      blue: privilegeWords(gone),
      green: null,
      verdict: 'expected',
      reason: `MySQL ${green.version} has no such privilege${heirs.length > 0 ? `; ${heirs.join(', ')} do its work` : ''}.`,
    });
  }
  const [missingItself, lostByRole] = divide(missingElse, (privilege) => holds(own, scope, privilege));
  const lostItself = [...missingItself, ...unheldHeirs(goneItself)];
  const lostWithRds = [...missingOfRds, ...unheldHeirs(goneWithRds)];
  // Nobody can give the master user more than RDS does.
  const verdict = both.isMaster ? 'warns' : 'blocks';
  if (lostItself.length > 0) {
    findings.push({
      aspect,
      blue: privilegeWords(lostItself),
      green: null,
      verdict,
      reason: `It may do less on green than on blue.${lostItself.includes('SUPER') ? ' Nobody has SUPER on Aurora; of the privileges that SUPER was divided into, grant those that it needs.' : ''}`,
      cure: onGreen(both, grantStatements(is, scope, lostItself)),
    });
  }
  if (lostByRole.length > 0) {
    findings.push({
      aspect,
      blue: privilegeWords(lostByRole),
      green: null,
      verdict,
      reason: 'On blue its roles give it these at login: see the rows of its roles.',
    });
  }
  if (lostWithRds.length > 0) {
    findings.push({
      aspect,
      blue: privilegeWords(lostWithRds),
      green: null,
      verdict: 'warns',
      reason: `On blue a role of RDS gives it these (${ofRds.map(quoteAccount).join(', ')}), which grants less on green: nobody can give that role more.`,
      cure: ['see whether it uses them: the master user of green can grant what it may grant itself'],
    });
  }
  return findings;
}

function judgeGained(
  both: AccountOnBoth,
  { scope, privileges }: Difference,
  had: Rights,
  { own, withoutRds }: Sources,
): readonly Finding[] {
  const { blue, is, isMaster } = both;
  const aspect = aspectOf(scope);
  const isGiven = (privilege: string): boolean =>
    !holds(withoutRds, scope, privilege) ||
    (!isKnown(blue, privilege) && (isMaster || givenTo(privilege).some((earlier) => holds(had, GLOBAL, earlier))));
  const [given, more] = divide(privileges, isGiven);
  const findings: Finding[] = [];
  if (given.length > 0) {
    findings.push({
      aspect,
      blue: null,
      green: privilegeWords(given),
      verdict: 'expected',
      reason: 'The upgrade gives them for privileges or roles of RDS that it has on blue.',
    });
  }
  if (more.length > 0 && isMaster) {
    findings.push({
      aspect,
      blue: null,
      green: privilegeWords(more),
      verdict: 'expected',
      reason: 'RDS gives them to the master user.',
    });
  } else if (more.length > 0) {
    const [itself, byRole] = divide(more, (privilege) => holds(own, scope, privilege));
    const named = itself.filter((name) => name === ungrantable(name));
    // With PROXY goes the right to grant it, and the server takes no list of both.
    const revoked = named.includes('PROXY') ? ['PROXY'] : named;
    findings.push({
      aspect,
      blue: null,
      green: privilegeWords(more),
      verdict: 'warns',
      reason: `It may do more on green than on blue.${byRole.length > 0 ? ' Its roles give it these: see their rows.' : ''}`,
      ...(revoked.length > 0
        ? { cure: onGreenItself(both, [`REVOKE ${revoked.join(', ')} ON ${scope.on} FROM ${quoteAccount(is)};`]) }
        : {}),
    });
  }
  return findings;
}

/** Those that are, and those that are not. */
function divide<T>(all: readonly T[], is: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}

const MOST_SHOWN = 6;

/** The statements of a cure have them all. */
function privilegeWords(privileges: readonly string[]): string {
  const names = privileges.filter((name) => name === ungrantable(name) || !privileges.includes(ungrantable(name)));
  const more = names.length - MOST_SHOWN;
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function aspectOf({ on }: Scope): string {
  return `privileges on ${on}`;
}

/** Global privileges that do not hold in a schema. */
function restrictions(both: AccountOnBoth, had: Rights, has: Rights): readonly Finding[] {
  const split = (restriction: string): readonly [string, string] => {
    const end = restriction.lastIndexOf('.* ');
    return [restriction.slice(0, end + 2), restriction.slice(end + 3)];
  };
  const applies = (restriction: string, rights: Rights): boolean => {
    const [on, privilege] = split(restriction);
    return (
      rights.of.get(GLOBAL.on)?.privileges.has(privilege) === true &&
      !(rights.of.get(on)?.privileges.has(privilege) ?? false)
    );
  };
  const tighter = [...has.restricted].filter(
    (one) => applies(one, has) && holds(had, scopeOf(split(one)[0]), split(one)[1]),
  );
  const looser = [...had.restricted].filter(
    (one) => applies(one, had) && holds(has, scopeOf(split(one)[0]), split(one)[1]),
  );
  return [
    ...tighter.map((one): Finding => {
      const [on, privilege] = split(one);
      return {
        aspect: `privileges on ${on}`,
        blue: privilege,
        green: `${privilege} revoked here`,
        verdict: 'blocks',
        reason: 'It has the privilege globally, and on green a partial revoke takes it away in this schema.',
        cure: onGreen(both, [`GRANT ${privilege} ON ${on} TO ${quoteAccount(both.is)};`]),
      };
    }),
    ...looser.map((one): Finding => {
      const [on, privilege] = split(one);
      return {
        aspect: `privileges on ${on}`,
        blue: `${privilege} revoked here`,
        green: privilege,
        verdict: 'warns',
        reason: 'A partial revoke of blue is not there on green, so it may do more.',
        cure: onGreenItself(both, [`REVOKE ${privilege} ON ${on} FROM ${quoteAccount(both.is)};`]),
      };
    }),
  ];
}

function scopeOf(on: string): Scope {
  return { on, within: [GLOBAL.on] };
}

/** Stands for a privilege of its own (see `privilegeOfAuroraRole`), which is compared as such. */
function isGivenRole({ user }: Account): boolean {
  return privilegeOfAuroraRole(user) !== undefined;
}

/** A role that is granted but not active does nothing by itself; an application may still SET ROLE. */
function roles(both: AccountOnBoth): readonly Finding[] {
  const { blue, green, was, is } = both;
  const granted = ({ grants }: AccountSide): readonly RoleGrant[] => grants.roles.filter(({ to }) => isSame(to, was));
  const missing = granted(blue).filter((one) => !granted(green).some(({ role }) => isSame(role, one.role)));
  const extra = granted(green).filter(
    ({ role }) => !isGivenRole(role) && !granted(blue).some((one) => isSame(role, one.role)),
  );
  const before = activeRoles(blue, was);
  const now = activeRoles(green, is);
  const inactive = granted(blue).filter(
    ({ role }) =>
      before.some((one) => isSame(one, role)) &&
      !missing.some((one) => isSame(one.role, role)) &&
      !now.some((one) => isSame(one, role)),
  );
  const account = quoteAccount(is);
  return [
    ...missing.map(({ role, isAdmin }): Finding => ({
      aspect: `role ${quoteAccount(role)}`,
      blue: isAdmin ? 'granted with admin option' : 'granted',
      green: null,
      verdict: 'blocks',
      reason: 'The role is not granted on green, so SET ROLE fails there.',
      cure: onGreen(both, [
        `GRANT ${quoteAccount(role)} TO ${account}${isAdmin ? ' WITH ADMIN OPTION' : ''};`,
        ...(before.some((one) => isSame(one, role)) ? [defaultRoles(both, was)] : []),
      ]),
    })),
    ...(both.isMaster ? [] : extra).map(({ role }): Finding => ({
      aspect: `role ${quoteAccount(role)}`,
      blue: null,
      green: 'granted',
      verdict: 'warns',
      reason: 'The role is not granted on blue.',
      cure: onGreenItself(both, [`REVOKE ${quoteAccount(role)} FROM ${account};`]),
    })),
    ...inactive.map(({ role }): Finding => ({
      aspect: `role ${quoteAccount(role)}`,
      blue: 'active at login',
      green: 'not active at login',
      verdict: 'blocks',
      reason:
        'What the role grants is there on green only after SET ROLE, which the application does not need on blue.',
      cure: onGreen(both, [defaultRoles(both, was)]),
    })),
  ];
}
