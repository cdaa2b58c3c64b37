/**
 * JSON with one spelling for each value: keys sorted by code unit, no spaces, absent for `undefined`. Two values that are
 * deeply equal have the same text, so it can be hashed. Throws TypeError for what JSON cannot say (functions, symbols,
 * bigints, numbers that are not finite), because a hash over a silently dropped value would call different things equal.
 */
import { createHash } from 'node:crypto';

export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`no canonical JSON for ${typeof value === 'number' ? String(value) : `a ${typeof value}`}`);
}

/** Hexadecimal SHA-256 over the canonical JSON of a value. */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
