/** The prechecks for the terminal. Pure: equal reports give equal bytes. No line break at the end. */
import type { Level } from '../checks/check';
import { isBlocked, type PrecheckReport } from '../checks/report';
import { paintWith, type Paint, type Tone } from './colour';
import { groupFindings, oneLine, sharedCure, verdict, type FindingGroup } from './precheck-groups';

const SIGNS: Readonly<Record<Level, string>> = { error: '✗', warning: '!', notice: '·' };
const TONES: Readonly<Record<Level, Tone>> = { error: 'bad', warning: 'warning', notice: 'quiet' };
/** Some checks speak of every table; all findings are in the JSON form. */
const SHOWN_PER_CHECK = 10;

export function renderPrecheckText(
  report: PrecheckReport,
  { colour = false }: { readonly colour?: boolean } = {},
): string {
  const paint = paintWith(colour);
  const parts = [
    [
      paint('strong', `Prechecks of blue, MySQL ${report.serverVersion}, for ${report.targetVersion}`),
      paint(isBlocked(report) ? 'bad' : 'good', verdict(report)),
    ].join('\n'),
    ...groupFindings(report).map((group) => renderGroup(group, paint)),
  ];
  if (report.notChecked.length > 0) parts.push(renderNotChecked(report, paint));
  parts.push(paint('quiet', `${report.checked.length} checks run; docs/prechecks/<id>.md explains each.`));
  return parts.join('\n\n');
}

function renderGroup(group: FindingGroup, paint: Paint): string {
  const { check, title, level, findings } = group;
  const common = sharedCure(group);
  const lines = [`${paint(TONES[level], `${SIGNS[level]} ${level}: ${title}`)}${paint('quiet', `  (${check})`)}`];
  for (const finding of findings.slice(0, SHOWN_PER_CHECK)) {
    const other = finding.level === level ? '' : `${finding.level}: `;
    lines.push(`    ${other}${oneLine(`${finding.object}: ${finding.description}`)}`);
    if (common === undefined && finding.cure !== undefined) lines.push(`      -> ${oneLine(finding.cure)}`);
  }
  const hidden = findings.length - SHOWN_PER_CHECK;
  if (hidden > 0) lines.push(paint('quiet', `    and ${hidden} more; --json shows all`));
  if (common !== undefined) lines.push(`    -> ${oneLine(common)}`);
  return lines.join('\n');
}

function renderNotChecked(report: PrecheckReport, paint: Paint): string {
  const lines = report.notChecked.flatMap(({ check, object, reason, needs }) => [
    `    ${oneLine(`${check}${object === undefined ? '' : `, ${object}`}: ${reason}`)}`,
    ...(needs === undefined ? [] : [`      -> it needs: ${needs}`]),
  ]);
  return [paint('warning', '? not checked: whether these hold is not known'), ...lines].join('\n');
}
