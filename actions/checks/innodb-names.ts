/**
 * Names as InnoDB keeps them in its own dictionary: `schema/table`, in the file name encoding of MySQL ("Mapping of
 * Identifiers to File Names"), `#P#` before a partition.
 */
export interface InnodbTable {
  readonly schema: NameMatcher;
  readonly table: NameMatcher;
}

/**
 * `@002d` is decoded; the two-letter codes (`@0p` for é) stand in a table of 6,000 entries that only the server has, so each
 * of them matches any one character that is not ASCII.
 */
export interface NameMatcher {
  /** For people; a code that could not be decoded is shown as it is. */
  readonly shown: string;
  matches(name: string): boolean;
}

/** Undefined for what is no table of a user: system tables, and the tables behind a FULLTEXT index. */
export function parseInnodbName(name: string): InnodbTable | undefined {
  const slash = name.indexOf('/');
  if (slash < 0) return undefined;
  const schema = name.slice(0, slash);
  const table = name.slice(slash + 1).replace(/#p#.*$/i, '');
  if (['mysql', 'sys', 'performance_schema', 'information_schema'].includes(schema)) return undefined;
  if (/^FTS_[0-9a-f]{16}_/i.test(table)) return undefined;
  return { schema: matcher(schema), table: matcher(table) };
}

function matcher(encoded: string): NameMatcher {
  const parts = encoded.match(/@[0-9a-f]{4}|@[0-9A-Za-z]{2}|[^]/g) ?? [];
  const shown = parts.map(decodePart).join('');
  if (!parts.some((part) => part.length === 3)) return { shown, matches: (name) => name === shown };
  const pattern = new RegExp(
    `^${parts.map((part) => (part.length === 3 ? '[^\\x00-\\x7f]' : escapeForPattern(decodePart(part)))).join('')}$`,
    'u',
  );
  return { shown, matches: (name) => pattern.test(name) };
}

function decodePart(part: string): string {
  return part.length === 5 ? String.fromCharCode(Number.parseInt(part.slice(1), 16)) : part;
}

function escapeForPattern(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
