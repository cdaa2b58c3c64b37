/** Which judgements keep a change from being made, unless a waiver accepts them, and what the plan says of each. Pure. */
import type { WaiverConfig } from '../config/waiver-schema';
import type { Problem } from '../engine/step';
import type { GreenChange } from '../state/format';
import type { Judgement } from './judge-changes';
import type { Finding } from './row-compatibility';
import { isNamed } from '../verify/table-names';

/** Codes that `waivers` of upgrade.yaml may name as `check`; the object is the statement's file and line. */
export const WAIVABLE_CHANGES = [
  'change-may-stop-replication',
  'change-breaks-way-back',
  'change-may-stop-way-back',
  'change-not-understood',
  'change-outcome-unknown',
] as const;

export function isAboutChanges(check: string): boolean {
  return WAIVABLE_CHANGES.some((code) => code === check);
}

type Waivable = (typeof WAIVABLE_CHANGES)[number];

export interface Waivers {
  readonly waivers: readonly WaiverConfig[];
  /** `2027-01-31`. */
  readonly today: string;
}

export function changeProblems(judgements: readonly Judgement[], accepted: Waivers): readonly Problem[] {
  return judgements.flatMap((judgement) => problemsOf(judgement, accepted));
}

export function wayBackOf({ back }: Judgement): GreenChange['wayBack'] {
  if (has(back, 'breaks')) return 'breaks';
  return has(back, 'may-break') ? 'may-stop' : 'safe';
}

/** `rows of blue on green: ...; rows of green on blue: ...` */
export function verdictOf(judgement: Judgement): string {
  if (judgement.is === 'not-understood') return 'not understood, so not judged';
  return `rows of blue on green: ${verdict(judgement.forward)}; rows of green on blue after the cutover: ${verdict(judgement.back)}`;
}

/** What an undo of it would do. */
export function undoOf({ inverse }: Judgement): string {
  if (inverse.is === 'none') return `none: ${inverse.why}`;
  return inverse.losesData ? `${inverse.sql} (loses what it holds)` : inverse.sql;
}

function problemsOf(judgement: Judgement, accepted: Waivers): readonly Problem[] {
  const { id, is, sql, why, forward, back } = judgement;
  if (is === 'there') return [];
  const problem = (code: string, summary: string, detail: string): Problem => ({
    code,
    summary: `${id}: ${summary}`,
    detail: `${id}: \`${sql}\`. ${detail}`,
  });
  const unlessWaived = (code: Waivable, summary: string, detail: string): readonly Problem[] =>
    isWaived(code, id, accepted)
      ? []
      : [
          problem(
            code,
            summary,
            `${detail} If you accept it, say so in upgrade.yaml: \`waivers: [{ check: ${code}, object: '${id}', reason: ..., until: ... }]\`. Nothing was changed.`,
          ),
        ];
  if (is === 'impossible')
    return [
      problem(
        'change-impossible',
        why,
        `Green is asked for something that it cannot do now: ${why}. Part of the statement may have been done by hand. Correct the file of green.changes, or bring green to the state that it expects. Nothing was changed.`,
      ),
    ];
  if (is === 'unknown')
    return unlessWaived(
      'change-outcome-unknown',
      'it was begun, and whether it took effect cannot be seen',
      'An earlier run ended in the middle of a statement that the tool does not understand. Look at green. If it is not there, carry it out by hand; the waiver then says that it is there.',
    );
  if (is === 'not-understood')
    return unlessWaived(
      'change-not-understood',
      'the statement is not understood',
      `The reader of changes stopped ${why}. What it does not understand it can neither judge for replication nor see done. Write it in another way, or carry it out by hand after the cutover.`,
    );
  if (has(forward, 'breaks'))
    return [
      problem(
        'change-breaks-replication',
        'replication from blue would break',
        `${texts(forward, 'breaks')}. Until the cutover green must take every row of blue, so this cannot be made beforehand: make it after the upgrade is finalized. Nothing was changed.`,
      ),
    ];
  return [
    ...(has(forward, 'may-break')
      ? unlessWaived(
          'change-may-stop-replication',
          'rows of blue may stop replication or arrive otherwise',
          `It depends on the rows: ${texts(forward, 'may-break')}.`,
        )
      : []),
    ...(has(back, 'breaks')
      ? unlessWaived(
          'change-breaks-way-back',
          'there would be no way back after the cutover',
          `After the cutover blue follows green: ${texts(back, 'breaks')}. A rollback would no longer be possible without losing writes.`,
        )
      : []),
    ...(!has(back, 'breaks') && has(back, 'may-break')
      ? unlessWaived(
          'change-may-stop-way-back',
          'rows of green may stop the way back or arrive otherwise on blue',
          `After the cutover blue follows green: ${texts(back, 'may-break')}.`,
        )
      : []),
  ];
}

function isWaived(code: Waivable, id: string, { waivers, today }: Waivers): boolean {
  return waivers.some(({ check, object, until }) => check === code && until >= today && isNamed(id, [object]));
}

function verdict(findings: readonly Finding[]): string {
  const [worst] = (['breaks', 'may-break'] as const).filter((weight) => has(findings, weight));
  const word = worst === 'breaks' ? 'BREAKS' : worst === 'may-break' ? 'may break' : 'safe';
  const said = findings.map(({ text }) => text).join('; ');
  return said === '' ? word : `${word} (${said})`;
}

function has(findings: readonly Finding[], weight: Finding['weight']): boolean {
  return findings.some((finding) => finding.weight === weight);
}

function texts(findings: readonly Finding[], weight: Finding['weight']): string {
  return findings
    .filter((finding) => finding.weight === weight)
    .map(({ text }) => text)
    .join('; ');
}
