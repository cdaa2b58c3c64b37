/** The frame of the reports of `prewarm` and `replay`: one HTML page that loads nothing, in the style of a cutover's. Pure. */
import { escapeHtml } from './report/markup';
import { STYLE } from './report/style';
import { formatInstant, SIGNS } from './report/verdict';

export interface Page {
  readonly title: string;
  readonly upgrade: string;
  readonly who: string;
  /** ISO 8601. */
  readonly when: string;
  readonly tone: keyof typeof SIGNS;
  readonly headline: string;
  readonly reasons: readonly string[];
  /** HTML. */
  readonly body: readonly string[];
}

/** What the style of a cutover's report has no word for. */
const MORE_STYLE = `
svg .line-before { fill: none; stroke: var(--quiet); stroke-width: 2; stroke-linejoin: round; }
svg .line-thin { fill: none; stroke: var(--green); stroke-width: 1.2; stroke-dasharray: 3 3; }
svg .link { stroke: var(--line); stroke-width: 3; } svg .link-bad { stroke: var(--bad); stroke-width: 3; stroke-opacity: .45; }
svg .band { fill: var(--quiet); fill-opacity: .08; } svg .limit { stroke: var(--bad); stroke-dasharray: 4 3; }
td.short { white-space: nowrap; } td { overflow-wrap: anywhere; }
.figures { margin-bottom: 14px; } .figure .value { font-size: 23px; }
`.trim();

export function renderPage({ title, upgrade, who, when, tone, headline, reasons, body }: Page): string {
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(`${headline}: ${title}`)}</title>`,
    `<style>\n${STYLE}\n${MORE_STYLE}\n</style>`,
    '<main>',
    `<p class="facts"><strong>${escapeHtml(title)}</strong> · upgrade ${escapeHtml(upgrade)} · ` +
      `${escapeHtml(formatInstant(when))} · ${escapeHtml(who)}</p>`,
    `<section class="verdict ${tone}"><h1>${SIGNS[tone]} ${escapeHtml(headline)}</h1>`,
    ...reasons.map((reason) => `<p>${escapeHtml(reason)}</p>`),
    '</section>',
    ...body,
    '</main>',
    '</html>',
  ]
    .filter((line) => line !== '')
    .join('\n')}\n`;
}

/** Nothing when there is nothing in it. */
export function section(title: string, body: string): string {
  return body === '' ? '' : `<section><h3>${escapeHtml(title)}</h3>\n${body}\n</section>`;
}

export function wide(markup: string): string {
  return markup === '' ? '' : `<div class="wide">\n${markup}\n</div>`;
}

export function note(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>`;
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

export function figures(list: readonly Figure[]): string {
  if (list.length === 0) return '';
  const one = ({ label, value, note: below }: Figure): string =>
    `<div class="figure"><div class="label">${escapeHtml(label)}</div><div class="value">${escapeHtml(value)}</div><div class="label">${escapeHtml(below)}</div></div>`;
  return `<div class="figures">\n${list.map(one).join('\n')}\n</div>`;
}

/** Such a cell is not broken into lines. */
const SHORT = 14;

/** The first row names the columns; cells are text. */
export function table([header, ...rows]: readonly (readonly string[])[]): string {
  if (!header || rows.length === 0) return '';
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}${cell.length <= SHORT ? ' class="short"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return wide(`<table>\n${[cells('th', header), ...rows.map((row) => cells('td', row))].join('\n')}\n</table>`);
}

/** As Markdown; cells are text. */
export function markdownTable([header, ...rows]: readonly (readonly string[])[]): string {
  if (!header || rows.length === 0) return '';
  const line = (row: readonly string[]): string => `| ${row.map(markdownCell).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function markdownCell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
