/**
 * Whether a statement may be run again: one read, without anything that a read-only transaction would not hold back. A text
 * that is not understood is refused. Pure.
 */
import { BUILT_IN_FUNCTIONS, VOLATILE_FUNCTIONS, WORDS_BEFORE_PARENTHESIS } from './built-in-functions';
import { isReadOtherwise, isSign, tokensOf, wordOf, type Token } from './tokens';

export type Judgement =
  | {
      readonly is: 'safe';
      /** The statement without what separated it from the next. */
      readonly text: string;
      /** The order of its rows is asked for. */
      readonly isOrdered: boolean;
      /** Undefined when two runs on the same data must answer the same. */
      readonly volatile: Volatility | undefined;
    }
  /** `reason` names no value of the statement. */
  | { readonly is: 'unsafe'; readonly reason: string };

export interface Volatility {
  /** Why rows of two runs may rightly differ. */
  readonly reason: string;
  /** The number of rows is the same all the same. */
  readonly isCountSure: boolean;
}

/** Of functions, in lower case. */
export interface KnownFunctions {
  /** Stored ones that may be called, as `name` or `schema.name`. */
  readonly allowed: ReadonlySet<string>;
  /** Names of those that the server has stored: in an older or newer version such a name may be a built-in function. */
  readonly stored: ReadonlySet<string>;
}

const NO_FUNCTIONS: KnownFunctions = { allowed: new Set(), stored: new Set() };
const NO_MODES: ReadonlySet<string> = new Set();

/** `sqlModes`: of the server that the text is from, as its `sql_mode` lists them. */
export function judgeRead(sql: string, functions = NO_FUNCTIONS, sqlModes = NO_MODES): Judgement {
  const all = tokensOf(sql);
  const last = all.findLastIndex((token) => !isSign(token, ';'));
  const tokens = all.slice(0, last + 1);
  const reason = tokens.some((token) => isReadOtherwise(token, sqlModes))
    ? 'its quotes mean something else under the sql_mode of the server'
    : refusal(tokens, functions);
  if (reason !== undefined) return { is: 'unsafe', reason };
  const [from, to] = [tokens[0]?.from ?? 0, tokens.at(-1)?.to ?? 0];
  return { is: 'safe', text: sql.slice(from, to), isOrdered: isOrdered(tokens), volatile: volatility(tokens) };
}

function refusal(tokens: readonly Token[], functions: KnownFunctions): string | undefined {
  if (tokens.length === 0) return 'it is empty';
  for (const [index, token] of tokens.entries()) {
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    const reason = tokenRefusal(token, before, after) ?? callRefusal(tokens, index, functions);
    if (reason !== undefined) return reason;
  }
  return isQuery(tokens) ? undefined : 'it is not a SELECT, WITH ... SELECT, TABLE or VALUES';
}

const KIND_REFUSALS: Readonly<Partial<Record<Token['kind'], string>>> = {
  unfinished: 'it has no end',
  'executable-comment': 'it has a comment that MySQL executes',
  'quoted-hint': 'it has an optimizer hint with quotes',
  placeholder: 'its values are not known (a prepared statement)',
  variable: 'it uses a variable of its session',
};

function tokenRefusal(token: Token, before: Token | undefined, after: Token | undefined): string | undefined {
  const known = KIND_REFUSALS[token.kind];
  if (known !== undefined) return known;
  if (isSign(token, ';')) return 'it is more than one statement';
  if (isSign(token, ':=')) return 'it sets a variable';
  const [word, next] = [wordOf(token), wordOf(after)];
  // Behind a dot every word is a name.
  if (word === '' || isSign(before, '.')) return undefined;
  if (word === 'into') return 'it writes (INTO)';
  if (word === 'for' && (next === 'update' || next === 'share')) return 'it locks rows';
  if (word === 'lock' && next === 'in') return 'it locks rows';
  return word === 'procedure' ? 'it calls a procedure' : undefined;
}

/** A call of a function that is neither built in and harmless nor allowed by name. */
function callRefusal(tokens: readonly Token[], index: number, functions: KnownFunctions): string | undefined {
  const [token, before] = [tokens[index], tokens[index - 1]];
  if (!token || !isSign(tokens[index + 1], '(')) return undefined;
  if (token.kind === 'text') return 'a quoted name is called';
  const name = token.kind === 'name' ? token.text.toLowerCase() : wordOf(token);
  if (name === '' || isTableName(before)) return undefined;
  const schema = isSign(before, '.') ? tokens[index - 2]?.text.toLowerCase() : undefined;
  if (functions.allowed.has(name) || functions.allowed.has(`${schema ?? ''}.${name}`)) return undefined;
  if (schema !== undefined) return `it calls the stored function ${schema}.${name}`;
  if (functions.stored.has(name)) return `it calls ${name}, which is a stored function`;
  if (token.kind === 'word' && (BUILT_IN_FUNCTIONS.has(name) || WORDS_BEFORE_PARENTHESIS.has(name))) return undefined;
  return `it calls ${name}, which is no function that is known to be harmless`;
}

/** `WITH t (a)`, `AS t (a)`: a list of columns follows. */
function isTableName(before: Token | undefined): boolean {
  return ['with', 'recursive', 'as'].includes(wordOf(before));
}

const QUERIES: ReadonlySet<string> = new Set(['select', 'table', 'values']);
const CHANGES: ReadonlySet<string> = new Set(['update', 'delete', 'insert', 'replace']);

function isQuery(tokens: readonly Token[]): boolean {
  const begin = tokens.findIndex((token) => !isSign(token, '('));
  const first = wordOf(tokens[begin]);
  if (QUERIES.has(first)) return true;
  if (first !== 'with') return false;
  const { depth } = tokens[begin] ?? { depth: 0 };
  // Behind the names of WITH, all in parentheses, stands the statement.
  const main = tokens
    .slice(begin)
    .find(
      (token, index, rest) =>
        token.depth === depth &&
        (QUERIES.has(wordOf(token)) ||
          CHANGES.has(wordOf(token)) ||
          (isSign(token, '(') && isSign(rest[index - 1], ')'))),
    );
  return QUERIES.has(wordOf(main)) || isSign(main, '(');
}

function isOrdered(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token, index) => token.depth === 0 && wordOf(token) === 'order' && wordOf(tokens[index + 1]) === 'by',
  );
}

function volatility(tokens: readonly Token[]): Volatility | undefined {
  for (const [index, token] of tokens.entries()) {
    const word = wordOf(token);
    if (token.kind === 'system-variable') return unsure('it asks for a variable of the server');
    if (VOLATILE_FUNCTIONS.has(word) && (isSign(tokens[index + 1], '(') || word === 'current_user')) {
      return unsure(`it calls ${word}, which answers anew each time`);
    }
    if (word === 'limit' && !isOrderedAt(tokens, index)) {
      return { reason: 'LIMIT without ORDER BY: which rows is up to the server', isCountSure: true };
    }
  }
  return undefined;
}

function unsure(reason: string): Volatility {
  return { reason, isCountSure: false };
}

/** Whether the query that a LIMIT belongs to has an ORDER BY: before it, at its depth, within the same parentheses. */
function isOrderedAt(tokens: readonly Token[], limit: number): boolean {
  const depth = tokens[limit]?.depth ?? 0;
  for (let at = limit - 1; at >= 0; at--) {
    const token = tokens[at];
    if (!token || token.depth < depth) return false;
    if (token.depth === depth && wordOf(token) === 'order') return true;
    if (token.depth === depth && wordOf(token) === 'limit') return false;
  }
  return false;
}
