/** A file of DDL cut into statements, and a statement cut into tokens. Pure. */

export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  /** A word in upper case; a quoted name without its backticks; a string and everything else as it stands. */
  readonly text: string;
  /** As it stands in the statement. */
  readonly raw: string;
}

/** Comments, strings, quoted names, words, numbers, single characters; `/*!` and `/*+` are no comments to a server. */
const PIECE =
  /(?<space>\s+)|(?<comment>--(?=\s|$)[^\n]*|#[^\n]*|\/\*(?![!+])[\s\S]*?\*\/)|(?<string>'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*")|(?<name>`(?:[^`]|``)*`)|(?<word>[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)|(?<number>\d+(?:\.\d+)?)|(?<symbol>[\s\S])/gy;

export interface FileStatement {
  /** Without its semicolon and without comments around it. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Statements in their order. Semicolons end them; nothing else does. */
export function statementsOf(sql: string): readonly FileStatement[] {
  const found: FileStatement[] = [];
  let begin: number | undefined;
  let end = 0;
  const close = (): void => {
    if (begin !== undefined) found.push({ text: sql.slice(begin, end), line: sql.slice(0, begin).split('\n').length });
    begin = undefined;
  };
  for (const match of sql.matchAll(PIECE)) {
    if (match.groups?.['space'] !== undefined || match.groups?.['comment'] !== undefined) continue;
    if (match[0] === ';') {
      close();
      continue;
    }
    begin ??= match.index;
    end = match.index + match[0].length;
  }
  close();
  return found;
}

export function tokensOf(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: raw, groups } of statement.matchAll(PIECE)) {
    if (groups?.['space'] !== undefined || groups?.['comment'] !== undefined) continue;
    if (groups?.['word'] !== undefined) tokens.push({ kind: 'word', text: raw.toUpperCase(), raw });
    else if (groups?.['name'] !== undefined)
      tokens.push({ kind: 'name', text: raw.slice(1, -1).replaceAll('``', '`'), raw });
    else if (groups?.['string'] !== undefined) tokens.push({ kind: 'string', text: raw, raw });
    else tokens.push({ kind: groups?.['number'] === undefined ? 'symbol' : 'number', text: raw, raw });
  }
  return tokens;
}

export class NotUnderstood extends Error {}

/** Reads tokens one after the other. What it does not find it throws `NotUnderstood` for. */
export class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  /** Whether these words come next; nothing is taken. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, index) => {
      const token = this.peek(index);
      return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.text === word;
    });
  }

  /** Takes these words when they come next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.at += words.length;
    return true;
  }

  needs(...words: readonly string[]): void {
    if (!this.takes(...words)) throw this.unexpected(words.join(' '));
  }

  next(): Token {
    const token = this.peek();
    if (!token) throw new NotUnderstood('it ends in the middle');
    this.at += 1;
    return token;
  }

  name(): string {
    const token = this.next();
    if (token.kind === 'name') return token.text;
    if (token.kind === 'word') return token.raw;
    this.at -= 1;
    throw this.unexpected('a name');
  }

  /** What stands between a pair of parentheses, as it stands there. */
  parenthesised(): readonly Token[] {
    this.needs('(');
    const inside: Token[] = [];
    for (let depth = 1; ;) {
      const token = this.next();
      if (token.text === '(' && token.kind === 'symbol') depth += 1;
      if (token.text === ')' && token.kind === 'symbol') depth -= 1;
      if (depth === 0) return inside;
      inside.push(token);
    }
  }

  /** Everything up to the next comma outside of parentheses, or to the end. */
  restOfClause(): readonly Token[] {
    const rest: Token[] = [];
    for (let depth = 0; !this.isAtEnd;) {
      if (depth === 0 && this.sees(',')) break;
      const token = this.next();
      if (token.kind === 'symbol' && token.text === '(') depth += 1;
      if (token.kind === 'symbol' && token.text === ')') depth -= 1;
      rest.push(token);
    }
    return rest;
  }

  unexpected(wanted: string): NotUnderstood {
    const token = this.peek();
    return new NotUnderstood(
      token ? `at ${token.raw}, where it wants ${wanted}` : `at its end, where it wants ${wanted}`,
    );
  }
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ raw }) => raw).join(' ');
}
