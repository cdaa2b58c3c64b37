/** upgrade.yaml as text: its value, its own errors, and where each setting stands. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';

import { messageOf } from '../engine/errors';
import type { ConfigProblem } from './config-error';
import type { Path } from './schema-tree';

export interface YamlSource {
  /** Undefined when the text is not YAML at all or is empty. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** Where the value at a path stands, or its key; for what is not there, the nearest thing around it. */
  locate(path: Path, isAboutKey: boolean): { readonly line: number; readonly column: number };
}

export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: ConfigProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    text:
      error.code === 'DUPLICATE_KEY'
        ? `${keyAt(text, error.pos[0])} is there twice; only one of the two can count.`
        : `This is not valid YAML: ${error.message.replace(/\.?$/, '.')}`,
  }));
  const broken = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  let value: unknown;
  try {
    if (!broken) value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    problems.push({ ...at(0), text: `This is not valid YAML: ${messageOf(error)}.` });
  }
  return {
    value,
    problems,
    locate: (path, isAboutKey) => at(offsetOf(document, path, isAboutKey)),
  };
}

function keyAt(text: string, offset: number): string {
  return /^["']?([^"':\s]+)/.exec(text.slice(offset))?.[1] ?? 'A key';
}

function offsetOf(document: Document.Parsed, path: Path, isAboutKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, segment] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (pair === undefined) return offset;
      const keyOffset = startOf(pair.key) ?? offset;
      const isLast = depth === path.length - 1;
      // A group is named by its key; the eye looks there and not at its first member.
      offset =
        (isLast && isAboutKey) || !isScalar(pair.value) || pair.value.value === null
          ? keyOffset
          : (startOf(pair.value) ?? keyOffset);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(segment)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Partial<Node> | null | undefined)?.range?.[0];
}
