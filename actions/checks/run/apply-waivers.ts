import type { WaiverConfig } from '../../config/waiver-schema';
import type { FindingWaiver, PrecheckFinding, PrecheckReport } from '../report';
import { idsNear } from './select-checks';

/**
 * Marks the findings that somebody has accepted. A waiver counts up to and on its last day; `today` is `2027-01-31`. A
 * waiver in force wins over an expired one for the same finding. `knownIds` are those of the catalogue.
 */
export function applyWaivers(
  report: PrecheckReport,
  waivers: readonly WaiverConfig[],
  { today, knownIds }: { readonly today: string; readonly knownIds: readonly string[] },
): PrecheckReport {
  if (waivers.length === 0) return report;
  const used = new Set<WaiverConfig>();
  const findings = report.findings.map((finding) => {
    const fitting = waivers.filter((waiver) => fits(waiver, finding));
    for (const waiver of fitting) used.add(waiver);
    const best = fitting.find((waiver) => waiver.until >= today) ?? fitting[0];
    return best === undefined ? finding : { ...finding, waiver: waiverOf(best, today) };
  });
  const notes = waivers.flatMap((waiver) => {
    const name = `The waiver of ${waiver.check} for ${waiver.object}`;
    if (!used.has(waiver)) return [unusedNote(name, waiver, report, knownIds)];
    return waiver.until < today ? [`${name} expired on ${waiver.until}: what it covered counts again.`] : [];
  });
  return { ...report, findings, notes: [...(report.notes ?? []), ...notes] };
}

function fits(waiver: WaiverConfig, finding: PrecheckFinding): boolean {
  return waiver.check === finding.check && globMatches(waiver.object, finding.object);
}

/** `*` stands for any characters, none included; everything else for itself. Linear in the length of both. */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function waiverOf({ reason, until }: WaiverConfig, today: string): FindingWaiver {
  return { reason, until, isExpired: until < today };
}

function unusedNote(name: string, { check }: WaiverConfig, report: PrecheckReport, ids: readonly string[]): string {
  if (!ids.includes(check)) {
    const near = idsNear(check, ids);
    return `${name} matches nothing: there is no such check${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}.`;
  }
  return report.checked.includes(check)
    ? `${name} matches nothing: remove it when the finding is gone for good.`
    : `${name} matches nothing: the check was not run.`;
}
