/**
 * What a statement is without its values, so that statements which differ in values only are one. Made alike from a statement
 * and from the DIGEST_TEXT that a server keeps of it (tried on 5.7.29 and 9.7.4). Holds no literal, so it can be shown. Pure.
 */
import { createHash } from 'node:crypto';
import { isSign, tokensOf, wordOf, type Token } from './tokens';

export function fingerprintOf(sql: string): string {
  const parts: string[] = [];
  const tokens = tokensOf(sql);
  tokens.forEach((token, index) => {
    const part = partOf(token, tokens[index - 1], tokens[index + 1]);
    if (part === '') return;
    if (part === '?' && isUnarySign(parts)) parts.pop();
    parts.push(part);
  });
  return readable(oneValue(parts.join(' ')));
}

/** Short enough to be typed, long enough to tell the statements of one application apart. */
export function fingerprintId(fingerprint: string): string {
  return createHash('sha256').update(fingerprint).digest('hex').slice(0, 12);
}

/** Servers put another word for some. */
const SYNONYMS: Readonly<Record<string, string>> = { substr: 'substring', mid: 'substring', distinctrow: 'distinct' };

function partOf(token: Token, before: Token | undefined, after: Token | undefined): string {
  switch (token.kind) {
    case 'number':
    case 'text':
    case 'placeholder':
    case 'unfinished':
      return '?';
    case 'name':
    case 'system-variable':
      return token.text.toLowerCase();
    case 'variable':
      return '@?';
    case 'word':
      return wordPart(wordOf(token), wordOf(before), after);
    case 'executable-comment':
    case 'quoted-hint':
      return '';
    case 'sign':
      if (token.text === ';') return '';
      return token.text === '<>' ? '!=' : token.text;
  }
}

function wordPart(word: string, before: string, after: Token | undefined): string {
  if (word === 'null' && before !== 'is' && before !== 'not') return '?';
  // A digest has (_charset) where the statement has _utf8mb4.
  if (/^_[a-z0-9]+$/.test(word) && (after?.kind === 'text' || word === '_charset')) return '';
  if (word.startsWith('sql_tsi_')) return word.slice('sql_tsi_'.length);
  return SYNONYMS[word] ?? word;
}

/** Of the last part: a minus or plus that belongs to the value behind it, which some versions take into the value. */
function isUnarySign(parts: readonly string[]): boolean {
  const [before, sign] = [parts.at(-2), parts.at(-1)];
  if (sign !== '-' && sign !== '+') return false;
  return before === undefined || /^([=<>!(,*/%+-]|[<>!]=|<=>|:=)$/.test(before) || OPERATOR_WORDS.has(before);
}

const OPERATOR_WORDS: ReadonlySet<string> = new Set(
  'select where and or xor not between in like limit offset by having on when then else case interval div mod'.split(
    ' ',
  ),
);

/** Lists of values, of whatever length, are one value; so are lists of rows. */
function oneValue(text: string): string {
  return text
    .replace(/\( \) (?=\?)/g, '')
    .replace(/\?(?: , \?)+/g, '?')
    .replace(/\( \? \)(?: , \( \? \))+/g, '( ? )');
}

function readable(text: string): string {
  return text
    .replaceAll(' . ', '.')
    .replaceAll(' ,', ',')
    .replaceAll('( ', '(')
    .replaceAll(' )', ')')
    .replace(/\b(?<name>\w+) \(/g, (found, name: string) => (SPACED.has(name) ? found : `${name}(`));
}

/** Before a parenthesis these are no functions. */
const SPACED: ReadonlySet<string> = new Set(
  'in and or not as on where from join select union all exists any some values using by when then else over with having'.split(
    ' ',
  ),
);

/** Whether a text is one that a server had cut off: such a text ends with three dots (tried on 5.7.29 and 9.7.4). */
export function isCutOff(text: string, longestBytes: number): boolean {
  return text.endsWith('...') || Buffer.byteLength(text) >= longestBytes;
}

/** Schemas that a statement names in front of a table, in lower case. */
export function schemasNamed(sql: string): ReadonlySet<string> {
  const tokens = tokensOf(sql);
  return new Set(
    tokens.flatMap((token, index) => {
      const isName = token.kind === 'word' || token.kind === 'name';
      return isName && isSign(tokens[index + 1], '.') ? [token.text.toLowerCase()] : [];
    }),
  );
}
