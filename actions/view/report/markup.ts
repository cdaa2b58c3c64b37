/** Text into HTML. Whatever comes from a server, a file or a person goes through here. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A number for an SVG attribute: two decimals at most, so that equal reports have equal bytes on every machine. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
