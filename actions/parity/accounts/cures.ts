/** Statements that settle a difference, for a person to run, under headings that say where. Passwords are never in them. */
import type { AccountDetails, ResourceLimits, TlsRequirement } from '../../mysql/account-details';
import type { Scope } from '../../mysql/account-grants';
import { quoteAccount, quoteText } from '../../mysql/account-names';
import { auroraRoleFor, ungrantable } from '../../mysql/account-privileges';
import { isSame } from '../../mysql/account-rights';
import { isServerAtLeast } from '../../mysql/version';
import { defaultPlugin, loginObstacle } from './account-side';
import type { AccountPair } from './finding';

export const PASSWORD = quoteText('<the password>');

/**
 * From 8.0 on read_only lets the master user pass; before, it does not, but replication does, and it carries accounts there
 * (on Aurora version 3 and later it does not).
 */
export function onGreen({ green }: AccountPair, statements: readonly string[]): readonly string[] {
  return isServerAtLeast(green.version, 8, 0, 0)
    ? ['-- on green, as its master user, whom read_only does not bind; not on blue:', ...statements]
    : ['-- on blue: green is read_only for everyone, and replication carries it there:', ...statements];
}

/** For what must not happen to blue too. */
export function onGreenItself(pair: AccountPair, statements: readonly string[]): readonly string[] {
  if (isServerAtLeast(pair.green.version, 8, 0, 0)) return onGreen(pair, statements);
  return [
    '-- on green, while read_only is off in its cluster parameter group, for it binds everyone there:',
    ...statements,
  ];
}

/** `verb` is CREATE USER or ALTER USER; `rest` follows the password. */
export function passwordCure(
  pair: AccountPair,
  account: AccountDetails,
  verb: string,
  rest: string,
): readonly string[] {
  const { green } = pair;
  const start = `${verb} ${quoteAccount(account)} IDENTIFIED WITH `;
  if (loginObstacle(green, account) !== undefined) {
    return onGreen(pair, [`${start}${quoteText(defaultPlugin(green))} BY ${PASSWORD}${rest};`]);
  }
  const identified = `${start}${quoteText(account.plugin)}`;
  if (account.passwordFormat === 'none') return onGreen(pair, [`${identified}${rest};`]);
  const hash = isServerAtLeast(green.version, 8, 0, 17)
    ? `${quoteText(`${identified} AS 0x`)}, HEX(authentication_string)`
    : `${quoteText(`${identified} AS `)}, QUOTE(authentication_string)`;
  return [
    '-- on blue: it answers a statement that carries the stored password over without anyone knowing it:',
    `SELECT CONCAT(${hash}, ${quoteText(`${rest};`)}) FROM mysql.user WHERE User = ${quoteText(account.user)} AND Host = ${quoteText(account.host)};`,
    ...onGreen(pair, ['-- what blue answered']),
  ];
}

/** One after the other, a place that both name only once. */
export function joinCures(first: readonly string[], second: readonly string[]): readonly string[] {
  const [heading = '', ...rest] = second;
  return first.includes(heading) ? [...first, ...rest] : [...first, ...second];
}

/** The roles of blue's account that are active at login; all of them where the account does not name any. */
export function defaultRoles({ blue }: AccountPair, account: AccountDetails): string {
  const roles = blue.grants.defaultRoles.filter(({ to }) => isSame(to, account)).map(({ role }) => quoteAccount(role));
  return `ALTER USER ${quoteAccount(account)} DEFAULT ROLE ${roles.join(', ') || 'ALL'};`;
}

/** GRANT of privileges as `Grant` has them. */
export function grantStatements(
  account: AccountDetails,
  scope: Scope,
  privileges: readonly string[],
): readonly string[] {
  const to = quoteAccount(account);
  const roles = privileges.flatMap((privilege) => auroraRoleFor(privilege) ?? []);
  const plain = privileges.filter((privilege) => auroraRoleFor(privilege) === undefined);
  // A static privilege shares one right to grant with its neighbours, a dynamic one has its own: hence one statement each.
  const statics = plain.filter((name) => !isDynamic(name) && name !== 'GRANT OPTION');
  const passedOn = new Set(plain.filter((name) => name !== ungrantable(name)).map(ungrantable));
  const dynamics = plain.filter((name) => isDynamic(name) && name === ungrantable(name) && !passedOn.has(name));
  const grant = (names: readonly string[], option: boolean): string =>
    `GRANT ${names.join(', ')} ON ${scope.on} TO ${to}${option ? ' WITH GRANT OPTION' : ''};`;
  const mayGrant = plain.includes('GRANT OPTION');
  // Of another account only PROXY can be granted.
  const nothing = scope.on.startsWith("'") ? 'PROXY' : 'USAGE';
  return [
    ...(statics.length > 0 || mayGrant ? [grant(statics.length > 0 ? statics : [nothing], mayGrant)] : []),
    ...(dynamics.length > 0 ? [grant(dynamics, false)] : []),
    ...(passedOn.size > 0 ? [grant([...passedOn], true)] : []),
    ...roles.flatMap((role) => [`GRANT ${quoteText(role)} TO ${to};`, `ALTER USER ${to} DEFAULT ROLE ALL;`]),
  ];
}

/** Dynamic privileges are one word with underscores, static ones are words. */
function isDynamic(privilege: string): boolean {
  return /^[A-Z]+(_[A-Z0-9]+)+( WITH GRANT OPTION)?$/.test(privilege);
}

export function requirement({ type, cipher, issuer, subject }: TlsRequirement): string {
  if (type === '') return 'NONE';
  if (type === 'ANY') return 'SSL';
  if (type === 'X509') return 'X509';
  const parts = [
    ['CIPHER', cipher],
    ['ISSUER', issuer],
    ['SUBJECT', subject],
  ] as const;
  return parts.flatMap(([word, value]) => (value === '' ? [] : [`${word} ${quoteText(value)}`])).join(' AND ');
}

export function limitWords(limits: ResourceLimits): string {
  return `WITH ${Object.entries(limits)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(' ')}`;
}

export function hasLimits(limits: ResourceLimits): boolean {
  return Object.values(limits).some((value) => value > 0);
}

export function lifetimeWords({ lifetimeDays }: Pick<AccountDetails, 'lifetimeDays'>): string {
  if (lifetimeDays === null) return 'PASSWORD EXPIRE DEFAULT';
  return lifetimeDays === 0 ? 'PASSWORD EXPIRE NEVER' : `PASSWORD EXPIRE INTERVAL ${lifetimeDays} DAY`;
}

/** Every rule for passwords in words, those which `account` does not have at the servers' default. */
export function policyWords({ policies }: AccountDetails): string {
  const defaults = [
    'PASSWORD HISTORY DEFAULT',
    'PASSWORD REUSE INTERVAL DEFAULT',
    'PASSWORD REQUIRE CURRENT DEFAULT',
    'FAILED_LOGIN_ATTEMPTS 0',
    'PASSWORD_LOCK_TIME 0',
  ];
  return defaults
    .map((words) => {
      const name = words.replace(/ \S+$/, '');
      return policies.find((policy) => policy.startsWith(name)) ?? words;
    })
    .join(' ');
}
