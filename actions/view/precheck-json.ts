/** The prechecks as one object for scripts. Pure: equal reports give equal bytes. */
import { countFindings, isBlocked, isIncomplete, isWaived, type PrecheckReport } from '../checks/report';

/** Indented, with a line break at the end. */
export function renderPrecheckJson(report: PrecheckReport): string {
  return `${JSON.stringify(precheckObject(report), undefined, 2)}\n`;
}

/** Its shape is public: fields are added, never renamed. `cure` is null where there is none; `counts` leave waived out. */
export function precheckObject(report: PrecheckReport): Readonly<Record<string, unknown>> {
  return {
    type: 'precheck',
    ...(report.origin === undefined ? {} : { origin: report.origin }),
    target: { version: report.targetVersion },
    server: { version: report.serverVersion, engineVersion: report.sourceVersion },
    blocked: isBlocked(report),
    incomplete: isIncomplete(report),
    counts: {
      ...countFindings(report),
      waived: report.findings.filter(isWaived).length,
      notChecked: report.notChecked.length,
    },
    findings: report.findings.map(({ check, level, object, description, cure, waiver }) => ({
      check,
      level,
      object,
      description,
      cure: cure ?? null,
      ...(waiver === undefined ? {} : { waiver }),
    })),
    notChecked: report.notChecked,
    checked: report.checked,
    skipped: report.skipped ?? [],
    notes: report.notes ?? [],
  };
}
