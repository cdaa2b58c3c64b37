/**
 * Splits stored SQL into tokens, so that checks look for words where they are words: outside of strings and comments.
 * Lexical rules: MySQL manual, "Language Structure". The body of an executable comment (`/*!50003 ... * /`) is code.
 */
export interface Token {
  /** `word`: unquoted; `quoted`: an identifier in quotes; `variable`: `@a`, `@@global.b`, the host of an account. */
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'variable' | 'punctuation';
  /** Without quotes; doubled quotes and escapes are resolved. */
  readonly text: string;
  /** Upper case of a `word`; empty for every other kind, so that nothing else can be taken for a keyword. */
  readonly word: string;
}

export interface LexicalModes {
  /** `"a"` is an identifier (sql_mode ANSI_QUOTES). */
  readonly ansiQuotes?: boolean;
  /** A backslash is an ordinary character (sql_mode NO_BACKSLASH_ESCAPES). */
  readonly noBackslashEscapes?: boolean;
}

const WORD = /[0-9A-Za-z_$\u0080-\uffff]+/y;
const NUMBER =
  /(?:0x[0-9a-fA-F]+|0b[01]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)(?![0-9A-Za-z_$\u0080-\uffff])/y;
const BLANK = /[\s\0]+/y;
const LINE_COMMENT = /(?:#|--(?=[\s\0]|$))[^\n]*/y;
const EXECUTABLE_COMMENT = /\/\*!(?:\d{5,6})?/y;
const COMMENT = /\/\*[^]*?(?:\*\/|$)/y;
const SYSTEM_VARIABLE = /@@[0-9A-Za-z_$.]*/y;
const USER_VARIABLE = /@[0-9A-Za-z_$.\u0080-\uffff]*/y;

/** Never throws: an unterminated string or comment ends with the text. */
export function tokenise(sql: string, modes: LexicalModes = {}): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let openExecutable = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  const push = (kind: Token['kind'], value: string): void => {
    tokens.push({ kind, text: value, word: kind === 'word' ? value.toUpperCase() : '' });
  };
  const skip = (pattern: RegExp): boolean => {
    const found = match(pattern);
    at += found?.length ?? 0;
    return found !== undefined;
  };

  while (at < sql.length) {
    if (skip(BLANK) || skip(LINE_COMMENT)) continue;
    if (skip(EXECUTABLE_COMMENT)) {
      openExecutable++;
      continue;
    }
    if (skip(COMMENT)) continue;
    if (openExecutable > 0 && sql.startsWith('*/', at)) {
      openExecutable--;
      at += 2;
      continue;
    }
    const character = sql.charAt(at);
    if (character === '`' || character === "'" || character === '"') {
      const isIdentifier = character === '`' || (character === '"' && modes.ansiQuotes === true);
      const escapes = !isIdentifier && modes.noBackslashEscapes !== true;
      const quote = readQuoted(sql, at, escapes);
      push(isIdentifier ? 'quoted' : 'string', quote.value);
      at = quote.end;
      continue;
    }
    if (character === '@') {
      const name = match(SYSTEM_VARIABLE) ?? match(USER_VARIABLE) ?? '@';
      at += name.length;
      if (name === '@' && /[`'"]/.test(sql.charAt(at))) {
        const quote = readQuoted(sql, at, sql.charAt(at) !== '`' && modes.noBackslashEscapes !== true);
        at = quote.end;
        push('variable', `@${quote.value}`);
      } else push('variable', name);
      continue;
    }
    const previous = tokens.at(-1);
    const afterPeriod = previous?.kind === 'punctuation' && previous.text === '.';
    const numeric = afterPeriod ? undefined : match(NUMBER);
    // `t.5` cannot be told from `t .5` by its look alone; a period straight after a name always qualifies.
    if (numeric !== undefined && !(numeric.startsWith('.') && isName(previous) && !/\s/.test(sql.charAt(at - 1)))) {
      push('number', numeric);
      at += numeric.length;
      continue;
    }
    const word = match(WORD);
    if (word !== undefined) {
      push('word', word);
      at += word.length;
      continue;
    }
    push('punctuation', character);
    at++;
  }
  return tokens;
}

export function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

export function isPunctuation(token: Token | undefined, text: string): boolean {
  return token?.kind === 'punctuation' && token.text === text;
}

function readQuoted(sql: string, start: number, escapes: boolean): { readonly value: string; readonly end: number } {
  const quote = sql.charAt(start);
  let value = '';
  let at = start + 1;
  while (at < sql.length) {
    const character = sql.charAt(at);
    if (character === quote) {
      if (sql.charAt(at + 1) !== quote) return { value, end: at + 1 };
      value += quote;
      at += 2;
    } else if (character === '\\' && escapes && at + 1 < sql.length) {
      value += sql.charAt(at + 1);
      at += 2;
    } else {
      value += character;
      at++;
    }
  }
  return { value, end: at };
}
