/** Whether a family takes a value, and how it wants it spelled. */
import type { Parameter } from '../ports/aws';
import { seriesOfFamily } from './server-defaults';

export type Fitted =
  | { readonly is: 'fits'; readonly value: string; readonly note?: string }
  | { readonly is: 'refused'; readonly reason: string };

/** Lists from which the new family has struck words: what is left of them is carried. */
const REDUCIBLE = new Set(['sql_mode', 'tls_version']);
const TRUE = ['1', 'on', 'true', 'yes'];
const FALSE = ['0', 'off', 'false', 'no'];

/** `live`: what blue's server makes of the value, for modes such as ORACLE which stand for several. */
export function fitValue(definition: Parameter, value: string, family: string, live?: string): Fitted {
  const { allowedValues, name } = definition;
  const modern = modernSpelling(name, value);
  if (modern !== value && isAllowed(allowedValues, modern)) {
    if (Number(seriesOfFamily(family)) >= 8.4 || !isAllowed(allowedValues, value)) return { is: 'fits', value: modern };
  }
  if (isAllowed(allowedValues, value)) return { is: 'fits', value };
  const respelled = choicesOf(allowedValues).find((choice) => isSameBoolean(choice, value));
  if (respelled !== undefined) return { is: 'fits', value: respelled };
  const refused: Fitted = { is: 'refused', reason: `${family} allows only ${allowedValues ?? ''}` };
  if (!REDUCIBLE.has(name)) return refused;
  const words = (live ?? value).split(',').map((word) => word.trim());
  const kept = words.filter((word) => isAllowed(allowedValues, word));
  const gone = words.filter((word) => !kept.includes(word));
  if (kept.length === 0) return refused;
  return {
    is: 'fits',
    value: kept.join(','),
    note: `carried without ${gone.join(', ')}, which ${family} does not know`,
  };
}

/** A server that is told `utf8` at its start does not start (9.7.4, MY-015640); 8.0 still takes the old name. */
function modernSpelling(name: string, value: string): string {
  return /^(character_set|collation)_/.test(name) ? value.replace(/^utf8(?=_|$)/i, 'utf8mb3') : value;
}

export function isSameBoolean(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return (TRUE.includes(a) && TRUE.includes(b)) || (FALSE.includes(a) && FALSE.includes(b));
}

/** `allowed` as RDS writes it: a list of words and of ranges such as `1-1000`, or nothing for anything. */
export function isAllowed(allowed: string | undefined, value: string): boolean {
  const choices = choicesOf(allowed);
  if (choices.length === 0) return true;
  if (choices.some((choice) => choice.toLowerCase() === value.toLowerCase())) return true;
  const ranges = choices.flatMap((choice) => {
    const match = /^(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(choice);
    return match ? [[match[1] ?? '0', match[2] ?? '0'] as const] : [];
  });
  if (/^-?\d+$/.test(value)) return ranges.some(([low, high]) => isBetween(value, low, high));
  if (/^-?\d+\.\d+$/.test(value))
    return ranges.some(([low, high]) => Number(value) >= Number(low) && Number(value) <= Number(high));
  // A list such as sql_mode or a formula such as LEAST({DBInstanceClassMemory/9531392},5000): every part must be a choice,
  // formulas are RDS's.
  if (value.includes('{')) return true;
  return value.split(',').every((part) => choices.some((choice) => choice.toLowerCase() === part.trim().toLowerCase()));
}

/** 64-bit limits do not fit into a number. */
function isBetween(value: string, low: string, high: string): boolean {
  if (/^-?\d+$/.test(low) && /^-?\d+$/.test(high)) return BigInt(value) >= BigInt(low) && BigInt(value) <= BigInt(high);
  return Number(value) >= Number(low) && Number(value) <= Number(high);
}

function choicesOf(allowed: string | undefined): readonly string[] {
  return (allowed ?? '')
    .split(',')
    .map((choice) => choice.trim())
    .filter((choice) => choice !== '');
}
