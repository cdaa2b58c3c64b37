import { scalarFromText, type Shape } from './schema';
import type { XmlElement } from './xml-document';

/** Reads an element of a REST-XML request by its shape. */
export function readElement(node: XmlElement, shape: Shape): unknown {
  if (shape.isListSchema()) return node.children.map((child) => readElement(child, shape.getValueSchema()));
  if (!shape.isStructSchema()) return scalarFromText(shape, node.text.trim());
  const struct: Record<string, unknown> = {};
  for (const [member, memberShape] of shape.structIterator()) {
    const name = memberShape.getMergedTraits().xmlName ?? member;
    const child = node.children.find((candidate) => candidate.name === name);
    if (child !== undefined) struct[member] = readElement(child, memberShape);
  }
  return struct;
}
