/** The prechecks for a pull request or a ticket. Pure: equal reports give equal bytes. Ends with a line break. */
import type { PrecheckReport } from '../checks/report';
import { groupFindings, oneLine, verdict, type FindingGroup } from './precheck-groups';

export function renderPrecheckMarkdown(report: PrecheckReport): string {
  const parts = [
    `# Prechecks of blue`,
    `**${verdict(report)}**`,
    `MySQL ${cell(report.serverVersion)} (${cell(report.sourceVersion)}) to ${cell(report.targetVersion)}, ${report.checked.length} checks run.`,
    ...groupFindings(report).flatMap(renderGroup),
  ];
  if (report.notChecked.length > 0) parts.push(...renderNotChecked(report));
  return `${parts.join('\n\n')}\n`;
}

function renderGroup(group: FindingGroup): readonly string[] {
  const rows = group.findings.map(
    ({ level, object, description, cure }) =>
      `| ${level} | ${cell(object)} | ${cell(description)} | ${cell(cure ?? '')} |`,
  );
  return [
    `## ${group.level}: ${cell(group.title)} (\`${group.check}\`)`,
    `${cell(group.whyItMatters)} [Manual](${group.documentation})`,
    ['| level | object | found | cure |', '|---|---|---|---|', ...rows].join('\n'),
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
