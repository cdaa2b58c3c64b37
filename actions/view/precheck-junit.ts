/** The prechecks as JUnit XML for CI. Pure: equal reports give equal bytes. Ends with a line break. */
import { isWaived, type PrecheckFinding, type PrecheckReport } from '../checks/report';
import { expiredWaiver, groupFindings, oneLine, whatWasLookedAt } from './precheck-groups';
import { UPGRADE_CHECKS } from '../checks/catalogue';

/**
 * A test case a check. A check with an error has failed; one that could not look has an error, or is skipped when nobody
 * asked for it. Warnings, notices and waived findings stand in `system-out`: they fail no build.
 */
export function renderPrecheckJunit(report: PrecheckReport): string {
  const groups = new Map(groupFindings(report).map((group) => [group.check, group.findings]));
  const gaps = new Map(
    report.notChecked.map(({ check }) => [check, report.notChecked.filter((gap) => gap.check === check)]),
  );
  const waived = report.findings.filter(isWaived);
  const ids = [...new Set([...report.checked, ...groups.keys(), ...gaps.keys(), ...waived.map(({ check }) => check)])];
  const cases = ids.map((id): Case => {
    const findings = groups.get(id) ?? [];
    const own = gaps.get(id) ?? [];
    const isFailure = own.some(({ because }) => because === undefined || because === 'size');
    return {
      id,
      errors: findings.filter(({ level }) => level === 'error'),
      others: [...findings.filter(({ level }) => level !== 'error'), ...waived.filter(({ check }) => check === id)],
      gap: own.map(({ object, reason, needs }) =>
        [object, reason, needs === undefined ? undefined : `It needs: ${needs}.`].filter(Boolean).join(' '),
      ),
      isSkipped: own.length > 0 && !isFailure,
    };
  });
  const skipped: readonly Case[] = (report.skipped ?? []).map((id) => ({
    id,
    errors: [],
    others: [],
    gap: ['kept out by --only or --skip'],
    isSkipped: true,
  }));
  const all = [...cases, ...skipped];
  const failures = all.filter(({ errors }) => errors.length > 0).length;
  const errors = all.filter((one) => one.gap.length > 0 && !one.isSkipped).length;
  const left = all.filter((one) => one.isSkipped).length;
  const name = `${whatWasLookedAt(report)}, MySQL ${report.serverVersion}, for ${report.targetVersion}`;
  const counts = `tests="${all.length}" failures="${failures}" errors="${errors}" skipped="${left}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="precheck" ${counts}>`,
    `  <testsuite name="${xml(name)}" ${counts}>`,
    ...all.map(renderCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

interface Case {
  readonly id: string;
  readonly errors: readonly PrecheckFinding[];
  readonly others: readonly PrecheckFinding[];
  readonly gap: readonly string[];
  readonly isSkipped: boolean;
}

function renderCase({ id, errors, others, gap, isSkipped }: Case): string {
  const title = UPGRADE_CHECKS.find((check) => check.id === id)?.title ?? id;
  const start = `    <testcase classname="precheck.${xml(id)}" name="${xml(title)}"`;
  const lines: string[] = [];
  if (errors.length > 0) {
    const message = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`;
    lines.push(`      <failure message="${message}">${errors.map(lineOf).join('\n')}</failure>`);
  }
  if (gap.length > 0) {
    const element = isSkipped ? 'skipped' : 'error';
    lines.push(`      <${element} message="${xml(`not checked: ${gap.join('; ')}`)}"/>`);
  }
  if (others.length > 0) lines.push(`      <system-out>${others.map(lineOf).join('\n')}</system-out>`);
  return lines.length === 0 ? `${start}/>` : [`${start}>`, ...lines, '    </testcase>'].join('\n');
}

function lineOf(finding: PrecheckFinding): string {
  const { level, object, description, cure, waiver } = finding;
  const accepted = isWaived(finding) ? ` (waived until ${waiver?.until ?? ''}: ${waiver?.reason ?? ''})` : '';
  const remedy = cure === undefined ? '' : ` -> ${cure}`;
  return xml(`${level}: ${object}: ${description}${expiredWaiver(finding)}${accepted}${remedy}`);
}

/** Names come from the database: characters that XML 1.0 cannot hold at all become question marks. */
function xml(text: string): string {
  return oneLine(text)
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|[\uFFFE\uFFFF]/g, '?')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
