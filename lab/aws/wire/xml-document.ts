/** An element of a parsed document. Attributes are dropped: AWS's requests carry only a namespace there. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Text directly inside, entities resolved; blank when there are children. */
  readonly text: string;
}

const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>]+)[^>]*?(\/?)>|([^<]+)/g;

interface OpenElement {
  name: string;
  children: OpenElement[];
  text: string;
}

/** Parses the small documents which Route 53 requests are. Throws an Error when the text is not one element. */
export function parseXmlDocument(xml: string): XmlElement {
  const root: OpenElement = { name: '', children: [], text: '' };
  const open: OpenElement[] = [root];
  for (const [, cdata, closing, opening, selfClosing, text] of xml.matchAll(TOKEN)) {
    const current = open[open.length - 1] ?? root;
    if (opening !== undefined) {
      const child: OpenElement = { name: opening, children: [], text: '' };
      current.children.push(child);
      if (selfClosing !== '/') open.push(child);
    } else if (closing !== undefined) {
      if (current.name !== closing || open.length === 1) throw new Error(`XML: </${closing}> closes <${current.name}>`);
      open.pop();
    } else {
      current.text += cdata ?? unescapeXml(text ?? '');
    }
  }
  const [document, another] = root.children;
  if (document === undefined || another !== undefined || open.length > 1) throw new Error('XML: not one whole element');
  return document;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x?)?([0-9A-Za-z]+);/g, (whole, numeric: string | undefined, name: string) => {
    if (numeric === undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(name, numeric === '#x' ? 16 : 10));
  });
}
