/** The prechecks for a pull request or a ticket. Pure: equal reports give equal bytes. Ends with a line break. */
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

export function renderPrecheckMarkdown(report: PrecheckReport): string {
  const parts = [
    `# ${cell(whatWasLookedAt(report))}`,
    `**${verdict(report)}**`,
    `MySQL ${cell(report.serverVersion)} (${cell(report.sourceVersion)}) to ${cell(report.targetVersion)}, ${report.checked.length} checks run.`,
    ...groupFindings(report).flatMap(renderGroup),
    ...renderWaived(report),
  ];
  if (report.notChecked.length > 0) parts.push(...renderNotChecked(report));
  const said = remarks(report);
  if (said.length > 0) parts.push(said.map((line) => `- ${cell(line)}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function renderGroup(group: FindingGroup): readonly string[] {
  const rows = group.findings.map(
    (finding) =>
      `| ${finding.level} | ${cell(finding.object)} | ${cell(finding.description + expiredWaiver(finding))} | ${cell(finding.cure ?? '')} |`,
  );
  return [
    `## ${group.level}: ${cell(group.title)} (\`${group.check}\`)`,
    `${cell(group.whyItMatters)} [Manual](${group.documentation})`,
    ['| level | object | found | cure |', '|---|---|---|---|', ...rows].join('\n'),
  ];
}

function renderWaived(report: PrecheckReport): readonly string[] {
  const rows = report.findings
    .filter(isWaived)
    .map(
      ({ check, level, object, waiver }) =>
        `| \`${check}\` | ${level} | ${cell(object)} | ${cell(waiver?.reason ?? '')} | ${waiver?.until ?? ''} |`,
    );
  if (rows.length === 0) return [];
  return [
    '## Waived',
    'Somebody has accepted these, so they do not count.',
    ['| check | level | object | why | until |', '|---|---|---|---|---|', ...rows].join('\n'),
  ];
}

function renderNotChecked(report: PrecheckReport): readonly string[] {
  const rows = report.notChecked.map(
    ({ check, object, reason, needs }) =>
      `| \`${check}\` | ${cell(object ?? 'all of it')} | ${cell(reason)} | ${cell(needs ?? '')} |`,
  );
  return [
    '## Not checked',
    'Whether these hold is not known.',
    ['| check | what | why | needs |', '|---|---|---|---|', ...rows].join('\n'),
  ];
}

/** Names come from the database: nothing in them may become Markdown or HTML. */
function cell(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}
