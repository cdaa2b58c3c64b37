/**
 * Statements out of a file: a plain one with statements that end in `;`, a slow query log, or what pt-query-digest prints.
 * Comments of the latter two say which schema a statement was for. Pure.
 */
import type { HeardText } from './sample';
import { isSign, tokensOf, wordOf, type Token } from './tokens';

export function readStatementFile(content: string): readonly HeardText[] {
  const sql = withSchemas(content);
  const counts = new Map<string, HeardText>();
  let schema: string | undefined;
  for (const tokens of split(tokensOf(sql))) {
    const first = wordOf(tokens[0]);
    if (first === 'use') schema = tokens[1]?.text;
    if (!READS.has(first) && !isSign(tokens[0], '(')) continue;
    const text = sql.slice(tokens[0]?.from, tokens.at(-1)?.to);
    const key = `${schema ?? ''}\0${text}`;
    const seen = (counts.get(key)?.seen ?? 0) + 1;
    counts.set(key, { schema, text, source: 'file', seen, isCutOff: false });
  }
  return [...counts.values()];
}

const READS: ReadonlySet<string> = new Set(['select', 'with', 'table', 'values']);

/** What Percona's slow log and pt-query-digest say in comments, and the heading that a server writes when it opens its log. */
function withSchemas(content: string): string {
  return content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => {
      const [, schema] = /^# (?:Schema: |Databases?\s+)([\w$-]+)\s*(?:Last_errno.*)?$/.exec(line) ?? [];
      if (schema !== undefined) return `; use \`${schema}\`;`;
      return HEADING.test(line) ? '' : line;
    })
    .join('\n');
}

const HEADING = /^(?:\S*mysqld\S*, Version: |Tcp port: |Time\s+Id\s+Command\s+Argument)/;

/** At `;` and at `\G`. */
function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  tokens.forEach((token, index) => {
    const isEnd =
      isSign(token, ';') ||
      (isSign(token, '\\') && /^g$/i.test(tokens[index + 1]?.text ?? '')) ||
      (isSign(tokens[index - 1], '\\') && /^g$/i.test(token.text));
    if (isEnd) statements.push([]);
    else statements.at(-1)?.push(token);
  });
  return statements.filter(({ length }) => length > 0);
}
