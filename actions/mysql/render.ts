/** A statement as a person reads it in a plan: the values in their places, quoted as MySQL quotes, secrets as `'***'`. */
import type { Statement, Value } from '../ports/mysql-server';

/** Quoted texts and names, in which a question mark is no placeholder, or a placeholder. */
const TOKEN = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|\?/gs;

/** Throws RangeError when placeholders and values do not agree: such a statement could not run either. */
export function renderStatement(statement: Pick<Statement, 'sql' | 'values' | 'secrets'>): string {
  const { sql, values, secrets } = statement;
  let next = 0;
  const text = sql.replace(TOKEN, (token) => {
    if (token !== '?') return token;
    const index = next++;
    return secrets.includes(index) ? "'***'" : literal(values[index]);
  });
  if (next !== values.length) throw new RangeError(`${next} placeholders but ${values.length} values: ${sql}`);
  return text;
}

function literal(value: Value | undefined): string {
  if (value === undefined || value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  const escaped = value.replace(/[\\'\n\r\0]/g, (character) => ESCAPES[character] ?? character);
  return `'${escaped}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "''", '\n': '\\n', '\r': '\\r', '\0': '\\0' };
