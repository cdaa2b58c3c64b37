import { scalarFromText, type Shape } from './schema';

/** Form parameters by their dotted names: `Filters.Filter.1.Name=x` is a path of four. */
interface Branch {
  text?: string;
  readonly children: Map<string, Branch>;
}

/** EC2 flattens every list and spells member names in its own way. */
export type QueryDialect = 'query' | 'ec2';

/**
 * Reads the body of a Query-protocol request into the operation's input. Unknown parameters are ignored, as AWS does.
 */
export function readQueryInput(body: URLSearchParams, shape: Shape, dialect: QueryDialect): Record<string, unknown> {
  const input = readBranch(branchOf(body), shape, dialect);
  return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
}

function branchOf(body: URLSearchParams): Branch {
  const root: Branch = { children: new Map() };
  for (const [name, text] of body) {
    let branch = root;
    for (const part of name.split('.')) {
      const next = branch.children.get(part) ?? { children: new Map() };
      branch.children.set(part, next);
      branch = next;
    }
    branch.text = text;
  }
  return root;
}

function readBranch(branch: Branch, shape: Shape, dialect: QueryDialect): unknown {
  if (shape.isListSchema()) return readList(branch, shape, dialect);
  if (!shape.isStructSchema()) return branch.text === undefined ? undefined : scalarFromText(shape, branch.text);
  const struct: Record<string, unknown> = {};
  for (const [member, memberShape] of shape.structIterator()) {
    const child = branch.children.get(parameterName(member, memberShape, dialect));
    const value = child === undefined ? undefined : readBranch(child, memberShape, dialect);
    if (value !== undefined) struct[member] = value;
  }
  return struct;
}

function readList(branch: Branch, shape: Shape, dialect: QueryDialect): unknown[] {
  const itemShape = shape.getValueSchema();
  const isFlat = dialect === 'ec2' || shape.getMergedTraits().xmlFlattened !== undefined;
  const itemName = itemShape.getMergedTraits().xmlName ?? 'member';
  const items = isFlat ? branch : (branch.children.get(itemName) ?? branch.children.get('member'));
  if (items === undefined) return [];
  return [...items.children.entries()]
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, item]) => readBranch(item, itemShape, dialect));
}

function parameterName(member: string, shape: Shape, dialect: QueryDialect): string {
  const traits = shape.getMergedTraits();
  if (dialect === 'ec2') {
    if (typeof traits.ec2QueryName === 'string') return traits.ec2QueryName;
    const name = traits.xmlName ?? member;
    return name.slice(0, 1).toUpperCase() + name.slice(1);
  }
  return traits.xmlName ?? member;
}
