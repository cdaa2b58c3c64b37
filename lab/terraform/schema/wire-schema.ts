/** Schemas as the plugin protocol carries them. */
import type { Attribute, AttributeType, Block, Nesting, ResourceSchema } from './schema';

const TYPES: Readonly<Record<AttributeType, unknown>> = {
  string: 'string',
  number: 'number',
  bool: 'bool',
  'set(string)': ['set', 'string'],
  'list(string)': ['list', 'string'],
  'map(string)': ['map', 'string'],
  secrets: ['list', ['object', { kms_key_id: 'string', secret_arn: 'string', secret_status: 'string' }]],
};

const NESTING: Readonly<Record<Nesting, string>> = { list: 'LIST', set: 'SET', single: 'SINGLE' };

export function wireSchema(schema: ResourceSchema): object {
  return {
    version: schema.version,
    block: {
      attributes: Object.entries(schema.attributes).map(([name, attribute]) => wireAttribute(name, attribute)),
      blockTypes: Object.entries(schema.blocks).map(([name, block]) => wireBlock(name, block)),
    },
  };
}

function wireAttribute(name: string, attribute: Attribute): object {
  return {
    name,
    type: Buffer.from(JSON.stringify(TYPES[attribute.type])),
    required: attribute.isRequired,
    optional: attribute.isOptional,
    computed: attribute.isComputed,
    sensitive: attribute.isSensitive,
    writeOnly: attribute.isWriteOnly,
  };
}

function wireBlock(name: string, block: Block): object {
  return {
    typeName: name,
    nesting: NESTING[block.nesting],
    maxItems: block.maxItems,
    block: { attributes: Object.entries(block.attributes).map(([key, attribute]) => wireAttribute(key, attribute)) },
  };
}
