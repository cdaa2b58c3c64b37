import { invalidParameterValue } from './aws-error';

/**
 * One page of a Describe call: `MaxRecords` from 20 to 100 (100 when absent), `Marker` as an earlier answer gave it.
 */
export function pageOf<T>(
  all: readonly T[],
  input: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
): { readonly items: readonly T[]; readonly marker: string | undefined } {
  const size = input.MaxRecords ?? 100;
  if (size < 20 || size > 100) {
    throw invalidParameterValue(`Invalid value ${String(size)} for MaxRecords. Must be between 20 and 100`);
  }
  const start = input.Marker === undefined || input.Marker === '' ? 0 : offsetOf(input.Marker);
  const end = start + size;
  return {
    items: all.slice(start, end),
    marker: end < all.length ? Buffer.from(`lab:${String(end)}`).toString('base64') : undefined,
  };
}

function offsetOf(marker: string): number {
  const match = /^lab:(\d+)$/.exec(Buffer.from(marker, 'base64').toString());
  if (match === null) throw invalidParameterValue(`The marker provided is not valid: ${marker}`);
  return Number(match[1]);
}
