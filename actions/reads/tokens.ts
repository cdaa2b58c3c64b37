/**
 * A statement in tokens, as far as it takes to judge it and to take its values out. Backslashes escape and double quotes hold
 * texts, as by default; `isReadOtherwise` tells what a server with another sql_mode reads otherwise. Pure.
 */
export type TokenKind =
  | 'word'
  /** In backticks. */
  | 'name'
  | 'number'
  | 'text'
  /** `?` of a prepared statement, or `...` of a digest. */
  | 'placeholder'
  | 'variable'
  | 'system-variable'
  /** `/*! ... *\/`: MySQL executes what stands in it. */
  | 'executable-comment'
  /** `/*+ ... *\/` with quotes in it, in which the end of the comment may be another one to the server. */
  | 'quoted-hint'
  /** A text, a name or a comment without an end. */
  | 'unfinished'
  | 'sign';

export interface Token {
  readonly kind: TokenKind;
  /** As written; a name without its backticks. */
  readonly text: string;
  /** Parentheses that are open where it stands; one of these has the depth outside of itself. */
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

/** In the order in which they are tried. `undefined`: skipped. */
const PATTERNS: readonly (readonly [TokenKind | undefined, RegExp])[] = [
  [undefined, /\s+/y],
  [undefined, /#[^\n]*/y],
  [undefined, /--(?=\s|$)[^\n]*/y],
  ['executable-comment', /\/\*!/y],
  ['quoted-hint', /\/\*\+(?:(?!\*\/)[^'"`])*['"`][^]*?\*\//y],
  [undefined, /\/\*[^]*?\*\//y],
  ['unfinished', /\/\*[^]*/y],
  ['placeholder', /\?|\.\.\./y],
  ['text', /(?:[xXbBnN](?='))?'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"/y],
  ['system-variable', /@@[\w$.`]+/y],
  ['variable', /@(?:[\w$.]+|`(?:[^`]|``)*`|'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*")/y],
  ['name', /`(?:[^`]|``)*`/y],
  // Nothing need follow one with a point: `.5for update` is .5 FOR UPDATE. Behind a name the point belongs to the name.
  ['number', /(?:\d+\.\d*|(?<![\w$`\x80-\uffff])\.\d+)(?:[eE][+-]?\d+)?/y],
  ['number', /(?:0[xX][0-9a-fA-F]+|0b[01]+|\d+(?:[eE][+-]?\d+)?)(?![\w$\x80-\uffff])/y],
  ['word', /[\w$\x80-\uffff]+/y],
  ['unfinished', /['"`][^]*/y],
  ['sign', /<=>|:=|<>|!=|<=|>=|<<|>>|->>|->|\|\||&&|[^]/y],
];

export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let depth = 0;
  while (at < sql.length) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = at;
      const [found] = pattern.exec(sql) ?? [];
      if (found === undefined) continue;
      const to = at + found.length;
      if (found === ')') depth = Math.max(0, depth - 1);
      if (kind) tokens.push({ kind, text: kind === 'name' ? unquoted(found) : found, depth, from: at, to });
      if (found === '(') depth += 1;
      at = to;
      break;
    }
  }
  return tokens;
}

/**
 * Whether a server with these sql_modes may see other tokens. Up to the first token that is read otherwise both see the same, so
 * that token is found.
 */
export function isReadOtherwise(token: Token, sqlModes: ReadonlySet<string>): boolean {
  if (sqlModes.has('ANSI_QUOTES') && /^@?"/.test(token.text)) return true;
  return sqlModes.has('NO_BACKSLASH_ESCAPES') && /['"]/.test(token.text) && token.text.includes('\\');
}

/** Of a word: in lower case, for comparisons. Empty for everything else. */
export function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toLowerCase() : '';
}

export function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}

function unquoted(name: string): string {
  return name.slice(1, -1).replaceAll('``', '`');
}
