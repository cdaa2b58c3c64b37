/** The prechecks for the terminal. Pure: equal reports give equal bytes. No line break at the end. */
import type { Level } from '../checks/check';
import { isBlocked, isWaived, type PrecheckFinding, type PrecheckReport } from '../checks/report';
import { paintWith, type Paint, type Tone } from './colour';
import {
  expiredWaiver,
  groupFindings,
  oneLine,
  remarks,
  sharedCure,
  verdict,
  whatWasLookedAt,
  type FindingGroup,
} from './precheck-groups';

const SIGNS: Readonly<Record<Level, string>> = { error: '✗', warning: '!', notice: '·' };
const TONES: Readonly<Record<Level, Tone>> = { error: 'bad', warning: 'warning', notice: 'quiet' };
/** Some checks speak of every table; `all` and the JSON form have every finding. */
const SHOWN_PER_CHECK = 10;

export interface PrecheckTextView {
  readonly colour?: boolean;
  /** Every finding, not only the first ones of each check. */
  readonly all?: boolean;
}

export function renderPrecheckText(report: PrecheckReport, view: PrecheckTextView = {}): string {
  const paint = paintWith(view.colour ?? false);
  const limit = view.all === true ? Infinity : SHOWN_PER_CHECK;
  const parts = [
    [
      paint('strong', `${whatWasLookedAt(report)}, MySQL ${report.serverVersion}, for ${report.targetVersion}`),
      paint(isBlocked(report) ? 'bad' : 'good', verdict(report)),
    ].join('\n'),
    ...groupFindings(report).map((group) => renderGroup(group, limit, paint)),
    ...renderWaived(report, limit, paint),
  ];
  if (report.notChecked.length > 0) parts.push(renderNotChecked(report, paint));
  const said = remarks(report);
  if (said.length > 0) parts.push(said.map(oneLine).join('\n'));
  parts.push(paint('quiet', `${report.checked.length} checks run; docs/prechecks/<id>.md explains each.`));
  return parts.join('\n\n');
}

/** One line a finding; a cure that all share is said once. */
function renderGroup(group: FindingGroup, limit: number, paint: Paint): string {
  const { check, title, level, findings } = group;
  const common = sharedCure(group);
  const lines = [`${paint(TONES[level], `${SIGNS[level]} ${level}: ${title}`)}${paint('quiet', `  (${check})`)}`];
  for (const finding of findings.slice(0, limit)) {
    const other = finding.level === level ? '' : `${finding.level}: `;
    const cure = common === undefined && finding.cure !== undefined ? ` -> ${finding.cure}` : '';
    const what = `${finding.object}: ${finding.description}${expiredWaiver(finding)}${cure}`;
    lines.push(`    ${other}${oneLine(what)}`);
  }
  lines.push(...hidden(findings, limit, paint));
  if (common !== undefined) lines.push(`    -> ${oneLine(common)}`);
  return lines.join('\n');
}

function renderWaived(report: PrecheckReport, limit: number, paint: Paint): readonly string[] {
  const waived = report.findings.filter(isWaived);
  if (waived.length === 0) return [];
  const lines = waived.slice(0, limit).map(({ check, level, object, waiver }) => {
    const why = `until ${waiver?.until ?? ''}: ${waiver?.reason ?? ''}`;
    return `    ${oneLine(`${level}: ${object} (${check}), ${why}`)}`;
  });
  const heading = paint('quiet', '~ waived: somebody has accepted these, so they do not count');
  return [[heading, ...lines, ...hidden(waived, limit, paint)].join('\n')];
}

function hidden(findings: readonly PrecheckFinding[], limit: number, paint: Paint): readonly string[] {
  const count = findings.length - limit;
  return count > 0 ? [paint('quiet', `    and ${count} more; --all shows them`)] : [];
}

function renderNotChecked(report: PrecheckReport, paint: Paint): string {
  const lines = report.notChecked.flatMap(({ check, object, reason, needs }) => [
    `    ${oneLine(`${check}${object === undefined ? '' : `, ${object}`}: ${reason}`)}`,
    ...(needs === undefined ? [] : [`      -> it needs: ${needs}`]),
  ]);
  return [paint('warning', '? not checked: whether these hold is not known'), ...lines].join('\n');
}
