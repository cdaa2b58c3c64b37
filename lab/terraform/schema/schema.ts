/** Schemas as tables: one line an attribute, the words that the provider's documentation uses. */
import type { Value } from '../wire/values';

export type AttributeType = 'string' | 'number' | 'bool' | 'set(string)' | 'list(string)' | 'map(string)' | 'secrets';

export interface Attribute {
  readonly type: AttributeType;
  readonly isRequired: boolean;
  readonly isOptional: boolean;
  /** The provider may fill it in. */
  readonly isComputed: boolean;
  /** Another value means another resource. */
  readonly replaces: boolean;
  /** Leaving it out keeps what is there. */
  readonly isSticky: boolean;
  readonly isSensitive: boolean;
  readonly isWriteOnly: boolean;
}

export type Nesting = 'list' | 'set' | 'single';

export interface Block {
  readonly nesting: Nesting;
  readonly maxItems: number;
  readonly replaces: boolean;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly defaults: Readonly<Record<string, Value>>;
}

export interface ResourceSchema {
  readonly version: number;
  /** Resources of the older plugin SDK may answer an apply with other values than were planned. */
  readonly isLegacy: boolean;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Values of attributes that are left out of the configuration. */
  readonly defaults: Readonly<Record<string, Value>>;
  readonly blocks: Readonly<Record<string, Block>>;
}

/** `type` followed by any of required, optional, computed, replaces, sticky, sensitive, writeonly. */
export type AttributeLine = `${AttributeType} ${string}`;

export interface BlockTable {
  readonly nesting: Nesting;
  readonly maxItems?: number;
  readonly replaces?: boolean;
  readonly attributes: Readonly<Record<string, AttributeLine>>;
  readonly defaults?: Readonly<Record<string, Value>>;
}

export interface SchemaTable {
  readonly version?: number;
  readonly isLegacy?: boolean;
  readonly attributes: Readonly<Record<string, AttributeLine>>;
  readonly defaults?: Readonly<Record<string, Value>>;
  readonly blocks?: Readonly<Record<string, BlockTable>>;
}

/** What every resource of the provider has. */
const COMMON: Readonly<Record<string, AttributeLine>> = {
  region: 'string optional computed replaces',
  tags: 'map(string) optional',
  tags_all: 'map(string) optional computed',
};

export function resourceSchema(table: SchemaTable): ResourceSchema {
  return {
    version: table.version ?? 0,
    isLegacy: table.isLegacy ?? true,
    attributes: parseLines({ ...COMMON, ...table.attributes }),
    defaults: table.defaults ?? {},
    blocks: Object.fromEntries(
      Object.entries(table.blocks ?? {}).map(([name, block]) => [
        name,
        {
          nesting: block.nesting,
          maxItems: block.maxItems ?? 0,
          replaces: block.replaces ?? false,
          attributes: parseLines(block.attributes),
          defaults: block.defaults ?? {},
        },
      ]),
    ),
  };
}

export function timeouts(...names: string[]): BlockTable {
  return { nesting: 'single', attributes: Object.fromEntries(names.map((name) => [name, 'string optional'] as const)) };
}

export function parseLines(lines: Readonly<Record<string, AttributeLine>>): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(
    Object.entries(lines).map(([name, line]) => {
      const [type, ...words] = line.split(' ');
      return [
        name,
        {
          type: type as AttributeType,
          isRequired: words.includes('required'),
          isOptional: words.includes('optional'),
          isComputed: words.includes('computed'),
          replaces: words.includes('replaces'),
          isSticky: words.includes('sticky'),
          isSensitive: words.includes('sensitive'),
          isWriteOnly: words.includes('writeonly'),
        },
      ];
    }),
  );
}
