/** One switch for the report: what the tool recorded beside what the clients saw. */
import type { DirectionReport } from '../../actions/view/report/model';
import type { CutoverSummary, Direction } from '../../actions/state/format';
import type { SwitchMeasurement } from '../writers/switch-measurement';

const TITLES: Readonly<Record<string, string>> = {
  fencing: 'Refuse writes and prove it',
  draining: 'Wait for the last write to arrive',
  arming: 'Stop the channel, note where the way back begins',
  opening: 'Let writes in on the new side',
  routing: 'Switch the endpoints',
  confirming: 'Prove the way back, wait for DNS',
};

const BUCKET_MS = 100;

/** Times of the clients count from the last write on the old side. */
export function directionReport(
  watched: {
    readonly direction: Direction;
    readonly summary: CutoverSummary;
    readonly gates: DirectionReport['gates'];
    readonly evidence: readonly string[];
  },
  measured: SwitchMeasurement,
): DirectionReport {
  const { gapMs, dnsTailMs, timeline } = measured;
  const isCutover = watched.direction === 'cutover';
  const opening = watched.summary.steps.find((step) => step.id === 'opening');
  return {
    summary: watched.summary,
    titles: TITLES,
    fenceMs: 0,
    ...(opening ? { commitMs: opening.startMs } : {}),
    ...(gapMs === undefined
      ? {}
      : {
          clients: {
            lastBeforeMs: 0,
            firstAfterMs: gapMs,
            bucketMs: BUCKET_MS,
            buckets: timeline.map((bucket) => ({
              startMs: bucket.startMs,
              blue: isCutover ? bucket.old : bucket.new,
              green: isCutover ? bucket.new : bucket.old,
            })),
          },
        }),
    ...(dnsTailMs === undefined ? {} : { dnsTailMs }),
    gates: watched.gates,
    evidence: watched.evidence.map((value, index) => ({ what: `${index + 1}`, value })),
  };
}
