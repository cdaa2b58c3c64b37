/** The prechecks as HTML. Pure: equal reports give equal bytes. Ends with a line break. */
import { isWaived, type PrecheckReport } from '../checks/report';
import {
  expiredWaiver,
  groupFindings,
  oneLine,
  remarks,
  verdict,
  whatWasLookedAt,
  type FindingGroup,
} from './precheck-groups';
import { escapeHtml } from './report/markup';

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%}td,th{border:1px solid #8884;padding:.3rem .6rem;text-align:left;vertical-align:top}' +
  'td:first-child{white-space:nowrap}code{font-size:.9em}';

/** A page of its own, without anything from elsewhere. */
export function renderPrecheckHtml(report: PrecheckReport): string {
  const title = cell(`${whatWasLookedAt(report)} for ${report.targetVersion}`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body>
${precheckSection(report)}</body>
</html>
`;
}

/** A `<section>` for a larger report; its style is that of the page around it. */
export function precheckSection(report: PrecheckReport): string {
  const { serverVersion, sourceVersion, targetVersion, checked } = report;
  const waived = report.findings
    .filter(isWaived)
    .map(({ check, level, object, waiver }) => [level, object, check, waiver?.reason ?? '', waiver?.until ?? '']);
  const gaps = report.notChecked.map(({ check, object, reason, needs }) => [check, object ?? '', reason, needs ?? '']);
  const parts = [
    `<h2>${cell(whatWasLookedAt(report))}</h2>`,
    `<p><strong>${cell(verdict(report))}</strong></p>`,
    `<p>${cell(`MySQL ${serverVersion} (${sourceVersion}) to ${targetVersion}, ${checked.length} checks run.`)}</p>`,
    ...groupFindings(report).map(group),
    ...(waived.length === 0 ? [] : ['<h3>Waived</h3>', table(['level', 'object', 'check', 'why', 'until'], waived)]),
    ...(gaps.length === 0 ? [] : ['<h3>Not checked</h3>', table(['check', 'what', 'why', 'needs'], gaps)]),
    ...remarks(report).map((line) => `<p>${cell(line)}</p>`),
  ];
  return `<section class="prechecks">\n${parts.join('\n')}\n</section>\n`;
}

function group({ check, title, level, whyItMatters, documentation, findings }: FindingGroup): string {
  const rows = findings.map((finding) => [
    finding.level,
    finding.object,
    finding.description + expiredWaiver(finding),
    finding.cure ?? '',
  ]);
  const manual = documentation === '' ? '' : ` <a href="${escapeHtml(documentation)}">Manual</a>`;
  return [
    `<h3>${cell(`${level}: ${title}`)} <code>${cell(check)}</code></h3>`,
    `<p>${cell(whyItMatters)}${manual}</p>`,
    table(['level', 'object', 'found', 'cure'], rows),
  ].join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = `<tr>${heads.map((text) => `<th>${cell(text)}</th>`).join('')}</tr>`;
  const body = rows.map((row) => `<tr>${row.map((text) => `<td>${cell(text)}</td>`).join('')}</tr>`);
  return ['<table>', head, ...body, '</table>'].join('\n');
}

function cell(text: string): string {
  return escapeHtml(oneLine(text));
}
