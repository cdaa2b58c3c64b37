/** Names as they are written into statements for people to run. Pure. */
import type { Account } from './statements';

/** For a server whose sql_mode has not NO_BACKSLASH_ESCAPES. */
export function quoteText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** `'app'@'%'`. */
export function quoteAccount({ user, host }: Account): string {
  return `${quoteText(user)}@${quoteText(host)}`;
}
