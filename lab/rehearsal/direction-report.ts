/** One switch for the report: what the tool recorded beside what the clients saw. */
import type { DirectionReport } from '../../actions/view/report/model';
import { directionOf, type SwitchReportInput } from '../../actions/view/report/switch-report';
import type { SwitchMeasurement } from '../writers/switch-measurement';

const BUCKET_MS = 100;

/** Times of the clients count from the last write on the old side. */
export function directionReport(
  watched: Pick<SwitchReportInput, 'summary' | 'gates' | 'evidence'>,
  { gapMs, dnsTailMs, timeline }: SwitchMeasurement,
): DirectionReport {
  const isCutover = watched.summary.direction === 'cutover';
  return {
    ...directionOf(watched),
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
  };
}
