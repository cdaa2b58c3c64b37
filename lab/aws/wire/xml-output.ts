import { scalarToText, type Shape } from './schema';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** The members of `value` as XML elements, named and nested as the shape says. Absent members leave nothing. */
export function writeMembers(shape: Shape, value: object): string {
  let xml = '';
  for (const [member, memberShape] of shape.structIterator()) {
    const memberValue: unknown = Reflect.get(value, member);
    if (memberValue === undefined || memberValue === null) continue;
    if (memberShape.getMergedTraits().httpHeader !== undefined) continue;
    xml += writeMember(memberShape.getMemberTraits().xmlName ?? member, memberShape, memberValue);
  }
  return xml;
}

function writeMember(name: string, shape: Shape, value: unknown): string {
  if (shape.isListSchema() && Array.isArray(value)) {
    const itemShape = shape.getValueSchema();
    const isFlat = shape.getMergedTraits().xmlFlattened !== undefined;
    const itemName = isFlat ? name : (itemShape.getMergedTraits().xmlName ?? 'member');
    const items = value.map((item: unknown) => writeMember(itemName, itemShape, item)).join('');
    return isFlat ? items : element(name, items);
  }
  if (shape.isStructSchema() && typeof value === 'object' && value !== null) {
    return element(name, writeMembers(shape, value));
  }
  return element(name, escapeXml(scalarToText(shape, value)));
}
