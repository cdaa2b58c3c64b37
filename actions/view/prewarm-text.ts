/** A prewarming for people. Pure. */
import type { Measure, PrewarmedInstance, Prewarming, PrewarmPoint, SampleFacts } from '../prewarm/result';
import { formatDuration } from './duration';
import { renderTable } from './table';

export function renderPrewarming({ instances, sample, reads, notSampled, side }: Prewarming): string {
  const rows = [
    ['instance', 'hit ratio', 'median', '95 %', 'pages cached', 'statements', 'ended'],
    ...instances.map((one) => [
      `${one.id} (${one.isWriter ? 'writer' : 'reader'})`,
      change(one, ({ hitRatio }) => percent(hitRatio)),
      change(one, ({ medianMs }) => latency(medianMs)),
      change(one, ({ p95Ms }) => latency(p95Ms)),
      change(one, ({ pagesWithData, pages }) => `${pagesWithData} of ${pages}`),
      String(one.executions),
      endOf(one),
    ]),
  ];
  const preloaded = instances.flatMap(({ id, preload }) =>
    preload
      .filter(({ outcome }) => outcome !== 'read')
      .map(({ table, index, outcome, reason }) => `${id}: ${table}.${index} ${outcome}: ${reason ?? ''}`),
  );
  return [
    `${reads.length} kinds of reads run on ${side}; ${coverage(sample)}`,
    ...(notSampled.length > 0 ? [`${notSampled.length} kinds were not run; the report names them`] : []),
    '',
    renderTable(rows),
    ...(preloaded.length > 0 ? ['', ...preloaded] : []),
  ].join('\n');
}

export function coverage({ digests, sampled, share, withoutDigest, prepared, from }: SampleFacts): string {
  const counted =
    share === null
      ? 'what share of the read load they are is not known'
      : `${sampled} of ${digests} digests of reads have a text that was run, ${percent(share)} of the time in reads`;
  return [
    `${counted} (from ${from.join(', ')})`,
    ...(withoutDigest > 0
      ? [`${withoutDigest} statements came when the digest table was full and are not counted`]
      : []),
    ...(prepared > 0 ? [`${prepared} executions of prepared statements are in no digest and not counted`] : []),
  ].join('; ');
}

export function describePoint(instance: string, { stage, hitRatio, medianMs, waitingFor }: PrewarmPoint): string {
  const figures = `hit ratio ${percent(hitRatio)}, median ${latency(medianMs)}`;
  return `${instance}: ${stage}, ${figures}${waitingFor === undefined ? '' : `, waiting: ${waitingFor}`}`;
}

export function endOf({ ended, reason, ms }: PrewarmedInstance): string {
  const words = { warm: 'warm', time: 'the time was over', interrupted: 'interrupted', failed: 'FAILED' }[ended];
  return `${words} after ${formatDuration(ms)}${ended === 'failed' ? `: ${reason ?? ''}` : ''}`;
}

export function percent(share: number | null): string {
  if (share === null) return 'none read';
  const value = share * 100;
  return `${value >= 99 && value < 100 ? (Math.floor(value * 100) / 100).toFixed(2) : value.toFixed(1)} %`;
}

/** Below ten milliseconds with two digits. */
export function latency(ms: number | null): string {
  if (ms === null) return 'none';
  return ms < 10 ? `${ms.toPrecision(2)} ms` : formatDuration(ms);
}

function change({ before, after }: PrewarmedInstance, show: (measure: Measure) => string): string {
  return `${before ? show(before) : '?'} → ${after ? show(after) : '?'}`;
}
