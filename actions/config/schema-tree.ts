/** The schema as a tree of named settings: for suggestions, for error messages and for the generated documentation. */
import { z } from 'zod';

import { upgradeSchema } from './schema';

export type Path = readonly PropertyKey[];

/** A setting without its wrappers: what it accepts, whether it must be given, what it is when it is not. */
export interface Setting {
  readonly schema: z.core.$ZodType;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  /** As it is written in the schema (durations in milliseconds); undefined when there is none. */
  readonly default: unknown;
}

/** The setting at a path; undefined when the schema knows none there. */
export function settingAt(path: Path): Setting | undefined {
  let candidates: readonly z.core.$ZodType[] = [upgradeSchema];
  for (const segment of path) candidates = candidates.flatMap((schema) => childrenAt(unwrap(schema).schema, segment));
  return candidates[0] === undefined ? undefined : unwrap(candidates[0]);
}

/** Names of the settings inside the one at a path; empty when it has none or takes any name. */
export function namesAt(path: Path): readonly string[] {
  const setting = settingAt(path);
  return setting === undefined ? [] : Object.keys(shapeOf(setting.schema));
}

/** The named settings of an object; of a union of objects, those of all of them. */
export function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodUnion) return Object.assign({}, ...schema.options.map((option) => shapeOf(option)));
  return {};
}

export function unwrap(schema: z.core.$ZodType): Setting {
  let inner = schema;
  let description: string | undefined;
  let isRequired = true;
  let fallback: unknown;
  for (;;) {
    description ??= z.globalRegistry.get(inner)?.description;
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      isRequired = false;
      fallback = inner.def.defaultValue;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodOptional) {
      isRequired = false;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodPipe) {
      inner = inner.def.in;
    } else {
      return { schema: inner, description, isRequired, default: fallback };
    }
  }
}

function childrenAt(schema: z.core.$ZodType, segment: PropertyKey): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  const child = shapeOf(schema)[String(segment)];
  return child === undefined ? [] : [child];
}
