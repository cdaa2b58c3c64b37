/** What an apply would make of a resource, before it is made. */
import { isSame, isZero } from './compare';
import type { Attribute, Block, ResourceSchema } from './schema/schema';
import { isAttributes, UNKNOWN, type Attributes, type Value } from './wire/values';

export interface ProviderSettings {
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

export interface Plan {
  readonly planned: Attributes;
  /** Attributes whose new values need another resource; empty when the resource can stay. */
  readonly replaces: readonly string[];
}

/** `prior` is null for a resource to be created. Computed attributes are unknown until then. */
export function planChange(
  schema: ResourceSchema,
  prior: Attributes | null,
  config: Attributes,
  settings: ProviderSettings,
): Plan {
  const planned: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    planned[name] = planAttribute(name, attribute, schema, prior, config, settings);
  }
  for (const [name, block] of Object.entries(schema.blocks)) {
    planned[name] = withDefaults(config[name] ?? null, block);
  }
  return { planned, replaces: prior === null ? [] : replacedBy(schema, prior, planned) };
}

function planAttribute(
  name: string,
  attribute: Attribute,
  schema: ResourceSchema,
  prior: Attributes | null,
  config: Attributes,
  settings: ProviderSettings,
): Value {
  if (attribute.isWriteOnly) return null;
  if (name === 'tags_all') return allTags(config['tags'] ?? null, settings);
  const configured = config[name] ?? null;
  if (configured !== null) return configured;
  if (name === 'region') return prior?.['region'] ?? settings.region;
  const before = prior?.[name] ?? null;
  if (attribute.isComputed) return prior === null ? UNKNOWN : before;
  const byDefault = schema.defaults[name];
  if (byDefault !== undefined) return byDefault;
  return attribute.isSticky || isZero(before) ? before : null;
}

function allTags(tags: Value, settings: ProviderSettings): Value {
  if (tags === UNKNOWN) return UNKNOWN;
  return { ...settings.defaultTags, ...(isAttributes(tags) ? tags : {}) };
}

function withDefaults(value: Value, block: Block): Value {
  if (Array.isArray(value)) return value.map((item: Value) => withDefaults(item, block));
  if (!isAttributes(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, item === null ? (block.defaults[name] ?? null) : item]),
  );
}

function replacedBy(schema: ResourceSchema, prior: Attributes, planned: Attributes): string[] {
  const differs = (name: string, isSet: boolean): boolean => !isSame(prior[name] ?? null, planned[name] ?? null, isSet);
  const attributes = Object.entries(schema.attributes).filter(
    ([name, { replaces, type }]) => replaces && differs(name, type.startsWith('set')),
  );
  const blocks = Object.entries(schema.blocks).filter(
    ([name, { replaces, nesting }]) => replaces && differs(name, nesting === 'set'),
  );
  return [...attributes, ...blocks].map(([name]) => name);
}
