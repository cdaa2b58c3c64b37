/** What an account may do once it has logged in: its own grants and those of the roles that are active then. Pure. */
import type { AccountDetails } from './account-details';
import { GLOBAL, type Grant, type Grants, type Scope } from './account-grants';
import { quoteAccount, quoteName } from './account-names';
import { privilegeOfAuroraRole } from './account-privileges';
import type { Account } from './statements';

export interface Right {
  readonly scope: Scope;
  readonly privileges: ReadonlySet<string>;
}

export interface Rights {
  /** By scope. */
  readonly of: ReadonlyMap<string, Right>;
  /** Global privileges that do not hold in a schema: `` `shop`.* SELECT ``. */
  readonly restricted: ReadonlySet<string>;
}

/** What a server knows of accounts, as far as rights go. */
export interface RightsSource {
  /** By `quoteAccount`. */
  readonly accounts: ReadonlyMap<string, AccountDetails>;
  readonly grants: Grants;
  readonly variables: ReadonlyMap<string, string>;
}

/** Without any role. */
export function ownRights(source: RightsSource, account: Account): Rights {
  return gather(source, [account]);
}

/** As they are in force right after login; `without`: as if these roles were not active. */
export function effectiveRights(source: RightsSource, account: Account, without: readonly Account[] = []): Rights {
  const roles = activeRoles(source, account).filter((role) => !without.some((one) => isSame(one, role)));
  return gather(source, [account, ...roles]);
}

/**
 * Active at login: default roles, or all that are granted; mandatory ones with all, or where 9.x activates them by themselves
 * (tried on 9.7.4). Roles bring the roles that they have.
 */
export function activeRoles(source: RightsSource, account: Account): readonly Account[] {
  const { grants, variables } = source;
  const grantedTo = (to: Account): readonly Account[] =>
    grants.roles.filter((grant) => isSame(grant.to, to)).map(({ role }) => role);
  const isOn = (name: string): boolean => variables.get(name) === 'ON';
  const all = isOn('activate_all_roles_on_login');
  const defaults = grants.defaultRoles.filter(({ to }) => isSame(to, account)).map(({ role }) => role);
  const first = [
    ...(all ? grantedTo(account) : defaults),
    ...(all || isOn('activate_mandatory_roles') ? mandatoryRoles(variables) : []),
  ];
  const active: Account[] = [];
  for (let waiting = first; waiting.length > 0;) {
    const added = waiting.filter((role) => !active.some((known) => isSame(known, role)));
    active.push(...added);
    waiting = added.flatMap(grantedTo);
  }
  return active;
}

/** `` `a`@`%`,b `` as mandatory_roles has it; the host is % where none is given. */
export function mandatoryRoles(variables: ReadonlyMap<string, string>): readonly Account[] {
  return (variables.get('mandatory_roles') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => {
      const [user = '', host = '%'] = name.split('@').map((part) => part.trim().replace(/^[`'"]|[`'"]$/g, ''));
      return { user, host };
    });
}

/** Whether a privilege holds in a scope, be it granted there or further out. */
export function holds(rights: Rights, scope: Scope, privilege: string): boolean {
  const whole = privilege.replace(/ \(.*\)$/s, '');
  const schema = scope.within.length > 1 ? scope.within[0] : scope.on;
  return [scope.on, ...scope.within].some((on) => {
    const has = rights.of.get(on)?.privileges;
    if (!has || !(has.has(privilege) || has.has(whole))) return false;
    return on !== GLOBAL.on || on === scope.on || !rights.restricted.has(`${schema ?? ''} ${whole}`);
  });
}

export interface Difference {
  readonly scope: Scope;
  readonly privileges: readonly string[];
}

/** What `rights` have and `others` have not, by scope. */
export function beyond(rights: Rights, others: Rights): readonly Difference[] {
  return [...rights.of.values()].flatMap(({ scope, privileges }) => {
    const missing = [...privileges].filter((privilege) => !holds(others, scope, privilege));
    return missing.length > 0 ? [{ scope, privileges: missing.sort() }] : [];
  });
}

function gather({ accounts, grants }: RightsSource, holders: readonly Account[]): Rights {
  const of = new Map<string, { scope: Scope; privileges: Set<string> }>();
  const restricted = new Set<string>();
  const add = (scope: Scope, privileges: readonly string[]): void => {
    const right = of.get(scope.on) ?? { scope, privileges: new Set<string>() };
    of.set(scope.on, right);
    for (const privilege of privileges) right.privileges.add(privilege);
  };
  for (const holder of holders) {
    const details = accounts.get(quoteAccount(holder));
    add(GLOBAL, details?.privileges ?? []);
    for (const { schema, privileges } of details?.restrictions ?? [])
      for (const privilege of privileges) restricted.add(`${quoteName(schema)}.* ${privilege}`);
    const stood = privilegeOfAuroraRole(holder.user);
    if (stood !== undefined) add(GLOBAL, [stood]);
    for (const grant of grantsTo(grants.grants, holder)) add(grant.scope, grant.privileges);
  }
  return { of, restricted };
}

/** Where there are thousands of accounts, nobody looks through the grants of all for each of them. */
const BY_HOLDER = new WeakMap<readonly Grant[], ReadonlyMap<string, readonly Grant[]>>();

function grantsTo(grants: readonly Grant[], holder: Account): readonly Grant[] {
  const known = BY_HOLDER.get(grants) ?? byHolder(grants);
  BY_HOLDER.set(grants, known);
  return known.get(quoteAccount(holder)) ?? [];
}

function byHolder(grants: readonly Grant[]): ReadonlyMap<string, readonly Grant[]> {
  const all = new Map<string, Grant[]>();
  for (const grant of grants) {
    const holder = quoteAccount(grant);
    const others = all.get(holder);
    if (others) others.push(grant);
    else all.set(holder, [grant]);
  }
  return all;
}

export function isSame(a: Account, b: Account): boolean {
  return a.user === b.user && a.host === b.host;
}
