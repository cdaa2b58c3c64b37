/** The report of one cutover or rollback as the tool itself saw it. Pure. */
import type { CutoverSummary, Facts } from '../../state/format';
import type { CutoverReport, DirectionReport } from './model';
import { trafficOf, type CountedRows } from './traffic';

/** What each state of the machine does, for people. */
export const STATE_TITLES: Readonly<Record<string, string>> = {
  fencing: 'Refuse writes and prove it',
  draining: 'Wait for the last write to arrive',
  arming: 'Make the fence last, note where the way back begins',
  opening: 'Let writes in on the new side',
  routing: 'Switch the endpoints',
  confirming: 'Prove the way back, wait for DNS',
  undoing: 'Give writes back',
};

export interface SwitchReportInput {
  readonly upgrade: string;
  readonly who: string;
  readonly when: string;
  readonly facts: Pick<Facts, 'blue' | 'green'>;
  readonly summary: CutoverSummary;
  readonly gates: DirectionReport['gates'];
  readonly evidence: readonly string[];
  readonly plan?: CutoverReport['plan'];
  readonly traffic?: readonly CountedRows[];
  readonly logs?: DirectionReport['logs'];
  readonly health?: DirectionReport['health'];
}

export function switchReport(input: SwitchReportInput): CutoverReport {
  const { facts, summary, upgrade, who, when, plan } = input;
  const server = (side: 'blue' | 'green'): { version: string; endpoint: string } => ({
    version: facts[side]?.serverVersion ?? 'unknown',
    endpoint: facts[side]?.endpoint ?? 'unknown',
  });
  return {
    title: summary.direction === 'cutover' ? 'Cutover' : 'Rollback',
    when,
    upgrade,
    who,
    ...(plan ? { plan } : {}),
    servers: { blue: server('blue'), green: server('green') },
    directions: [directionOf(input)],
    terraform: [],
  };
}

/** Without what clients saw: the tool does not watch them. */
export function directionOf({
  summary,
  gates,
  evidence,
  traffic,
  logs,
  health,
}: Pick<SwitchReportInput, 'summary' | 'gates' | 'evidence' | 'traffic' | 'logs' | 'health'>): DirectionReport {
  const opening = summary.steps.find((step) => step.id === 'opening');
  return {
    summary,
    titles: STATE_TITLES,
    fenceMs: 0,
    ...(opening ? { commitMs: opening.startMs } : {}),
    ...(traffic && traffic.length > 1 ? { traffic: trafficOf(traffic) } : {}),
    ...(logs ? { logs } : {}),
    ...(health ? { health } : {}),
    gates,
    evidence: evidence.map((value, index) => ({ what: `${index + 1}`, value })),
  };
}
