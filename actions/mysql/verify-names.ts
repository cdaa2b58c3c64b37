/** Names of the application's objects as SQL. */

/** `schema`.`table`, quoted. */
export function quoted(...names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}
