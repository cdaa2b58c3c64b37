/** When two values are the same to Terraform. */
import { isAttributes, UNKNOWN, type Value } from './wire/values';

/** `isSet`: order does not count. Unknown values differ from everything but themselves. */
export function isSame(left: Value, right: Value, isSet = false): boolean {
  return canonical(left, isSet) === canonical(right, isSet);
}

/** True for what the older plugin SDK cannot tell from "left out". */
export function isZero(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isAttributes(value) && Object.keys(value).length === 0;
}

export function isWhollyKnown(value: Value): boolean {
  if (value === UNKNOWN) return false;
  if (Array.isArray(value)) return value.every((item: Value) => isWhollyKnown(item));
  return isAttributes(value) ? Object.values(value).every((item) => isWhollyKnown(item)) : true;
}

/** A text that is equal for equal values, whatever the order of names. */
export function canonical(value: Value, isSet = false): string {
  if (value === UNKNOWN) return 'unknown';
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => canonical(item));
    return `[${(isSet ? items.sort() : items).join()}]`;
  }
  if (isAttributes(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join()}}`;
  }
  return JSON.stringify(value);
}
