/** Stored attributes of a resource: read with types, changed by overlaying what AWS says. */
import type { ResourceSchema } from './schema/schema';
import { isAttributes, UNKNOWN, type Attributes, type Value } from './wire/values';

export function textOf(state: Attributes, name: string): string | undefined {
  const value = state[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Throws when there is none: schema and plan have promised it. */
export function requiredText(state: Attributes, name: string): string {
  const value = textOf(state, name);
  if (value === undefined) throw new Error(`${name} is required`);
  return value;
}

export function numberOf(state: Attributes, name: string): number | undefined {
  const value = state[name];
  return typeof value === 'number' ? value : undefined;
}

export function isTrue(state: Attributes, name: string): boolean {
  return state[name] === true;
}

export function flagOf(state: Attributes, name: string): boolean | undefined {
  const value = state[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** The texts of a list or set; undefined when it is empty or unset, as the API wants it. */
export function textsOf(state: Attributes, name: string): string[] | undefined {
  const value = state[name];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter((item: Value): item is string => typeof item === 'string');
}

/** The one item of a block that may stand at most once. */
export function soleBlock(state: Attributes, name: string): Attributes | undefined {
  const value = state[name];
  const [item] = Array.isArray(value) ? (value as readonly Value[]) : [];
  return isAttributes(item) ? item : undefined;
}

/** The state after a read: `seen` wins, an undefined value there means null; what AWS does not tell is kept. */
export function overlay(state: Attributes, seen: Readonly<Record<string, Value | undefined>>): Attributes {
  return { ...state, ...Object.fromEntries(Object.entries(seen).map(([name, value]) => [name, value ?? null])) };
}

/** A planned state as it may be stored before anything has been read: unknown becomes null. */
export function withoutUnknowns(state: Attributes): Attributes {
  const known = (value: Value): Value => {
    if (value === UNKNOWN) return null;
    if (Array.isArray(value)) return value.map((item: Value) => known(item));
    return isAttributes(value) ? withoutUnknowns(value) : value;
  };
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, known(value)]));
}

/** A stored state in the shape of the present schema: names it does not know are dropped, new ones are null. */
export function conform(schema: ResourceSchema, stored: Attributes): Attributes {
  const state: Record<string, Value> = {};
  for (const name of Object.keys(schema.attributes)) state[name] = stored[name] ?? null;
  for (const [name, { nesting }] of Object.entries(schema.blocks)) {
    state[name] = stored[name] ?? (nesting === 'single' ? null : []);
  }
  return state;
}
