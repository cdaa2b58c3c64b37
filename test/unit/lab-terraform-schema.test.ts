import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RESOURCE_SCHEMAS, type ResourceType } from '../../lab/terraform/schema/catalogue';
import { PROVIDER } from '../../lab/terraform/schema/provider';
import type { Attribute, AttributeType, ResourceSchema } from '../../lab/terraform/schema/schema';

/** What the bindings of a resource know of its attributes: a type and who may set it. */
type Known = Readonly<
  Record<string, { readonly type: string; readonly setting: 'required' | 'optional' | 'computed' }>
>;

interface Bindings {
  readonly attributes: Known;
  readonly blocks: Readonly<Record<string, { readonly nesting: string; readonly attributes: Known }>>;
}

const FOLDERS: Readonly<Record<ResourceType, string>> = {
  aws_db_cluster_snapshot: 'db-cluster-snapshot',
  aws_db_parameter_group: 'db-parameter-group',
  aws_rds_cluster: 'rds-cluster',
  aws_rds_cluster_instance: 'rds-cluster-instance',
  aws_rds_cluster_parameter_group: 'rds-cluster-parameter-group',
  aws_vpc_security_group_ingress_rule: 'vpc-security-group-ingress-rule',
};

describe.each(Object.entries(FOLDERS) as [ResourceType, string][])('%s', (type, folder) => {
  const schema: ResourceSchema = RESOURCE_SCHEMAS[type];
  const bindings = readBindings(folder);

  test('has the attributes of the real provider, of the same types, settable by the same people', () => {
    expect(knownOf(schema.attributes)).toEqual(bindings.attributes);
  });

  test('has the blocks of the real provider', () => {
    expect(
      Object.fromEntries(
        Object.entries(schema.blocks).map(([name, { nesting, attributes }]) => [
          name,
          { nesting, attributes: knownOf(attributes) },
        ]),
      ),
    ).toEqual(bindings.blocks);
  });

  test('has defaults only for what may be left out', () => {
    for (const name of Object.keys(schema.defaults))
      expect(schema.attributes[name]).toMatchObject({ isOptional: true });
  });
});

test('the provider block knows nothing that the real one does not', () => {
  const source = sourceOf('provider', 'index.js');
  for (const name of [...Object.keys(PROVIDER.attributes), ...Object.keys(PROVIDER.blocks)]) {
    expect(source).toMatch(new RegExp(`^ +${name}: \\{$`, 'm'));
  }
});

const TYPES: Readonly<Record<AttributeType, string>> = {
  string: 'string',
  number: 'number',
  bool: 'boolean',
  'set(string)': 'stringList',
  'list(string)': 'stringList',
  'map(string)': 'stringMap',
  secrets: 'complex',
};

function knownOf(attributes: Readonly<Record<string, Attribute>>): Known {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      {
        type: TYPES[attribute.type],
        setting: attribute.isRequired ? 'required' : attribute.isOptional ? 'optional' : 'computed',
      },
    ]),
  );
}

/**
 * Reads the generated code: settable attributes stand in the functions that synthesise HCL, computed ones are getters
 * under a comment; what is required has no question mark in the declarations.
 */
function readBindings(folder: string): Bindings {
  const source = sourceOf(folder, 'index.js');
  const declarations = sourceOf(folder, 'index.d.ts');
  const resource = source.slice(source.indexOf('extends cdktf.TerraformResource'));
  const settable = [...hclEntries(resource.slice(resource.indexOf('synthesizeHclAttributes() {')))];
  const computed = [
    ...resource.matchAll(/\/\/ (\w+) - computed: true, optional: false, required: false\n\s+get \w+\(\) \{\n\s+(.*)/g),
  ]
    .concat([
      ...resource.matchAll(/\/\/ (\w+) - computed: true, optional: false, required: false\n\s+(this\._\w+ = new .*)/g),
    ])
    .map(([, name = '', getter = '']) => [name, { type: typeOfGetter(getter), setting: 'computed' as const }] as const);
  const config = declarations.slice(declarations.indexOf('Config extends cdktf.TerraformMetaArguments'));
  return {
    attributes: Object.fromEntries([
      ...computed,
      ...settable
        .filter(({ isBlock }) => !isBlock)
        .map(({ name, type }) => [name, { type, setting: settingOf(config, name) }]),
    ]),
    blocks: Object.fromEntries(
      settable
        .filter(({ isBlock }) => isBlock)
        .map(({ name, kind, type }) => [name, readBlock(source, declarations, kind, type.replace(/List$/, ''))]),
    ),
  };
}

function readBlock(source: string, declarations: string, kind: string, struct: string) {
  const start = source.indexOf(`function ${struct.charAt(0).toLowerCase()}${struct.slice(1)}ToHclTerraform(`);
  const body = source.slice(start, source.indexOf('\n}', start));
  const declared = declarations.slice(declarations.indexOf(`export interface ${struct} {`));
  const attributes = [...hclEntries(body)].map(
    ({ name, type }) => [name, { type, setting: settingOf(declared, name) }] as const,
  );
  return { nesting: kind === 'struct' ? 'single' : kind, attributes: Object.fromEntries(attributes) };
}

function* hclEntries(source: string): Generator<{ name: string; isBlock: boolean; kind: string; type: string }> {
  const entry = /^ +(\w+): \{\n.*\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",/gm;
  for (const [, name = '', isBlock, kind = '', type = ''] of source.matchAll(entry)) {
    yield { name, isBlock: isBlock === 'true', kind, type };
  }
}

function settingOf(declarations: string, name: string): 'required' | 'optional' {
  const property = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const found = new RegExp(`readonly ${property}(\\??):`).exec(declarations);
  if (!found) throw new Error(`${name} is not declared`);
  return found[1] === '?' ? 'optional' : 'required';
}

function typeOfGetter(getter: string): string {
  if (getter.includes('getStringAttribute')) return 'string';
  if (getter.includes('getNumberAttribute')) return 'number';
  if (getter.includes('getBooleanAttribute')) return 'boolean';
  if (getter.includes('getListAttribute')) return 'stringList';
  if (getter.includes('StringMap')) return 'stringMap';
  return 'complex';
}

function sourceOf(folder: string, file: string): string {
  const index = require.resolve(`@cdktf/provider-aws/lib/${folder}`);
  return readFileSync(`${dirname(index)}/${file}`, 'utf8');
}
