/** Members of a JSON object in its text, so that everything around them stays as it was written. */
import { isMap, isScalar, parseDocument } from 'yaml';

export type JsonScalar = string | number;

/** The texts and numbers at the top of the object; undefined when the text is no JSON object. */
export function membersOf(text: string): ReadonlyMap<string, JsonScalar> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const members = Object.entries(parsed).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' || typeof value === 'number' ? [[key, value] as const] : [],
  );
  return new Map(members);
}

/** Replaces values of members that are there. A parse and print of the whole would round long numbers and reorder keys. */
export function replaceMembers(text: string, changes: ReadonlyMap<string, JsonScalar>): string {
  // JSON is YAML, and this parser tells where each value stands.
  const { contents } = parseDocument(text, { schema: 'json', uniqueKeys: false });
  const places = (isMap(contents) ? contents.items : []).flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const change = changes.get(name);
    const range = isScalar(value) ? value.range : undefined;
    return change === undefined || !range ? [] : [{ start: range[0], end: range[1], text: JSON.stringify(change) }];
  });
  return places
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: change }) => all.slice(0, start) + change + all.slice(end), text);
}
