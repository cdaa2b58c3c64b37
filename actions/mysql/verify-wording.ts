/** What two versions write in different words and mean alike, in one wording. Tried on 5.7.29 and 9.7.4. */

/** 8.0.19 and later leave out the width that a whole number is shown with, but for tinyint(1) and ZEROFILL. */
export function typeText(type: string): string {
  if (/zerofill/i.test(type) || /^tinyint\(1\)/i.test(type)) return type;
  return type.replace(/^((?:tiny|small|medium|big)?int|year)\(\d+\)/i, '$1');
}

/** EXTRA of a column: 8.0 adds DEFAULT_GENERATED; the case of `on update` differs. */
export function extraText(extra: string): string {
  return extra
    .replace(/DEFAULT_GENERATED/g, '')
    .trim()
    .toLowerCase();
}

/** InnoDB does the same for both. */
export function ruleText(rule: string): string {
  return rule === 'NO ACTION' ? 'RESTRICT' : rule;
}

/** Modes of 5.7 that 8.0 has removed, the combined names that stand for some of them included. */
const REMOVED_MODES = new Set(
  'DB2 MAXDB MSSQL MYSQL323 MYSQL40 NO_AUTO_CREATE_USER NO_FIELD_OPTIONS NO_KEY_OPTIONS NO_TABLE_OPTIONS ORACLE POSTGRESQL'.split(
    ' ',
  ),
);

/** The sql_mode that a stored object was created with, as far as both series know it. */
export function modesText(modes: string): string {
  return modes
    .split(',')
    .filter((mode) => mode !== '' && !REMOVED_MODES.has(mode))
    .join(',');
}

/** `x regexp y` is `regexp_like(x,y)` of 8.0; brackets and commas come with that. */
const SAID_OTHERWISE = new Set(['regexp', 'regexp_like', '(', ')', ',']);

/** 5.7 keeps the expression of a partition as it was typed. */
const SAME_WORD: Readonly<Record<string, string>> = { mod: '%', '!=': '<>' };

const TOKEN = /'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`|[\p{L}\p{N}_$@.]+|<=>|<=|>=|<>|!=|<<|>>|->>|->|\|\||&&|\S/gsu;

/** A column with table and schema. Of the columns of a view, 5.7 leaves the schema out. */
const LONG_NAME = /`(?:[^`]|``)*`\.(`(?:[^`]|``)*`\.`(?:[^`]|``)*`)/g;

/** What 8.0 makes of `(not(x))` where x is a number. */
const NOT_OF_A_NUMBER = /\(0 = /g;

/** 5.7 leaves the escape character of a LIKE out of a view's text. */
const ESCAPE = / escape '(?:[^'\\]|\\.)'/g;

/**
 * An expression or a query as the server prints it. Between series it is reduced to the words that all of them write: names,
 * literals, operators and functions in their order, without brackets and without the character set before a literal. Two texts
 * that differ in brackets alone count as equal then.
 */
export function wording(sql: string, isSameSeries: boolean): string {
  if (isSameSeries) return sql;
  // 8.0 escapes the quotes of generated columns and of expressions in indexes once more.
  const plain = /(?:^|[^\\])\\'/.test(sql) && !/(?:^|[^\\])'/.test(sql) ? sql.replace(/\\(.)/gs, '$1') : sql;
  const alike = plain.replace(LONG_NAME, '$1').replace(NOT_OF_A_NUMBER, '(not ').replace(ESCAPE, '');
  const tokens = [...alike.matchAll(TOKEN)].map(([token]) => token);
  return tokens
    .filter((token, index) => !(/^_[a-z0-9]+$/i.test(token) && tokens[index + 1]?.startsWith("'")))
    .map((token) => (/^['`]/.test(token) ? token.replace(/^`(.*)`$/s, '$1') : token.toLowerCase()))
    .map((token) => SAME_WORD[token] ?? token)
    .filter((token) => !SAID_OTHERWISE.has(token))
    .join(' ');
}

const LOGIC: ReadonlySet<string> = new Set(['not', 'and', 'or', 'xor', 'is', 'true', 'false', 'null', 'isnull']);

/**
 * What is left of a `wording` when a version has put its conditions otherwise: 9.x writes `not(a and b)` as `not a or not b`,
 * `x not in (select ...)` as `x in (select ...) is false`, `x` as `0 <> x`, `isnull(x)`
 * as `x is null`.
 */
export function withoutLogic(words: string): string {
  return words
    .replace(/(^| )0 <> /g, '$1')
    .split(' ')
    .filter((word) => !LOGIC.has(word))
    .join(' ');
}
