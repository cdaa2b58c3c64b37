/** The prechecks as one object for scripts. Pure: equal reports give equal bytes. */
import { countFindings, isBlocked, type PrecheckReport } from '../checks/report';

/** Indented, with a line break at the end. */
export function renderPrecheckJson(report: PrecheckReport): string {
  return `${JSON.stringify(precheckObject(report), undefined, 2)}\n`;
}

/** Its shape is public: fields are added, never renamed. */
export function precheckObject(report: PrecheckReport): Readonly<Record<string, unknown>> {
  return {
    type: 'precheck',
    target: { version: report.targetVersion },
    server: { version: report.serverVersion, engineVersion: report.sourceVersion },
    blocked: isBlocked(report),
    counts: { ...countFindings(report), notChecked: report.notChecked.length },
    findings: report.findings,
    notChecked: report.notChecked,
    checked: report.checked,
  };
}
