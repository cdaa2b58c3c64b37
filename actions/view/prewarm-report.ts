/** The report of a prewarming, as a page and as Markdown. Pure. */
import type { PrewarmedInstance, Prewarming, ReadFacts } from '../prewarm/result';
import { renderPrewarmChart } from './prewarm-chart';
import { renderLatencyPairs } from './prewarm-latency-chart';
import { figures, markdownTable, renderPage, section, table, wide, type Figure } from './prewarm-page';
import { escapeHtml } from './report/markup';
import { coverage, endOf, latency, percent } from './prewarm-text';

export interface PrewarmReport extends Prewarming {
  readonly upgrade: string;
  readonly who: string;
  readonly when: string;
}

/** Rows of the picture of latencies; the table has all. */
const MOST_ROWS = 20;

export function renderPrewarmHtml(report: PrewarmReport): string {
  const { instances, reads, side, upgrade, who, when } = report;
  const { tone, headline } = verdictOf(report);
  return renderPage({
    title: `Prewarming of ${side}`,
    upgrade,
    who,
    when,
    tone,
    headline,
    reasons: [`${reads.length} kinds of reads: ${coverage(report.sample)}.`, ...hints(report)],
    body: [
      figures(instances.flatMap((one) => figuresOf(one, instances.length > 1))),
      ...instances.flatMap((one) => [
        instances.length > 1 ? `<h2>${escapeHtml(roleOf(one))}</h2>` : '',
        section(`Over the time: ${endOf(one)}`, wide(renderPrewarmChart(one.points))),
        section(
          'Latency of each kind of read, before and after',
          wide(
            renderLatencyPairs(pairsOf(one, reads), {
              label: 'Latency before and after',
              from: { name: 'first pass', style: 'bar' },
              to: { name: 'last pass', style: 'green' },
            }),
          ),
        ),
        section('Indexes that were preloaded', table(preloadRows(one))),
        section('Every kind of read', table(readRows(one, reads))),
      ]),
      section('Not run', table(notRunRows(report))),
    ],
  });
}

export function renderPrewarmMarkdown(report: PrewarmReport): string {
  const { instances, reads, side, upgrade } = report;
  return `${[
    `# Prewarming of ${side}: ${verdictOf(report).headline}`,
    `Upgrade ${upgrade}, ${report.begunAt} to ${report.endedAt}. ${reads.length} kinds of reads: ${coverage(report.sample)}.`,
    ...hints(report),
    ...instances.flatMap((one) => [
      `## ${roleOf(one)}: ${endOf(one)}`,
      markdownTable([
        ['', 'before', 'after'],
        ['hit ratio', percent(one.before?.hitRatio ?? null), percent(one.after?.hitRatio ?? null)],
        ['median', latency(one.before?.medianMs ?? null), latency(one.after?.medianMs ?? null)],
        ['95 %', latency(one.before?.p95Ms ?? null), latency(one.after?.p95Ms ?? null)],
        ['pages cached', pagesOf(one.before), pagesOf(one.after)],
      ]),
      markdownTable(readRows(one, reads)),
      preloadRows(one).length > 1 ? '### Preloaded' : '',
      markdownTable(preloadRows(one)),
    ]),
    report.notSampled.length > 0 ? '## Not run' : '',
    markdownTable(notRunRows(report)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function verdictOf({ instances, isInterrupted, interruptedBy, side }: Prewarming): {
  readonly tone: 'good' | 'bad' | 'warning';
  readonly headline: string;
} {
  if (isInterrupted)
    return { tone: 'warning', headline: interruptedBy ? `Interrupted: ${interruptedBy}` : 'Interrupted' };
  if (instances.some(({ ended }) => ended === 'failed'))
    return { tone: 'bad', headline: 'An instance was not prewarmed' };
  const isWarm = instances.every(({ ended }) => ended === 'warm');
  return isWarm
    ? { tone: 'good', headline: `The buffer pool of ${side} is warm` }
    : { tone: 'warning', headline: 'Prewarmed as far as the time allowed' };
}

function hints({ servingHitRatio, side }: Prewarming): readonly string[] {
  return [
    ...(servingHitRatio === null
      ? []
      : [`Meanwhile the writer that serves found ${percent(servingHitRatio)} of its pages in its buffer pool.`]),
    `The hit ratio counts all that ${side} read, its replication included.`,
  ];
}

function figuresOf(one: PrewarmedInstance, isOneOfMany: boolean): readonly Figure[] {
  const { before, after } = one;
  const of = isOneOfMany ? `${one.id}: ` : '';
  const change = (from: string | undefined, to: string | undefined): string => `${from ?? '?'} → ${to ?? '?'}`;
  return [
    {
      label: `${of}hit ratio`,
      value: change(before ? percent(before.hitRatio) : undefined, after ? percent(after.hitRatio) : undefined),
      note: 'of the first and of the last pass over all statements',
    },
    {
      label: `${of}median latency`,
      value: change(before ? latency(before.medianMs) : undefined, after ? latency(after.medianMs) : undefined),
      note: `95 %: ${change(before ? latency(before.p95Ms) : undefined, after ? latency(after.p95Ms) : undefined)}`,
    },
    {
      label: `${of}pages cached`,
      value: change(before ? String(before.pagesWithData) : undefined, after ? String(after.pagesWithData) : undefined),
      note: `of ${after?.pages ?? before?.pages ?? 0}`,
    },
  ];
}

function pairsOf(one: PrewarmedInstance, reads: readonly ReadFacts[]) {
  return reads.slice(0, MOST_ROWS).map(({ id, fingerprint }) => {
    const found = one.reads.find((read) => read.id === id);
    return { id, fingerprint, fromMs: found?.beforeMs ?? null, toMs: found?.afterMs ?? null, isBad: false };
  });
}

function readRows(one: PrewarmedInstance, reads: readonly ReadFacts[]): readonly (readonly string[])[] {
  const all = reads.reduce((sum, { ms }) => sum + ms, 0);
  return [
    ['id', 'read', 'schema', 'load', 'before', 'after', 'runs', 'errors'],
    ...reads.map(({ id, fingerprint, schema, ms, example }) => {
      const found = one.reads.find((read) => read.id === id);
      return [
        id,
        example === undefined ? fingerprint : `${fingerprint}\n${example}`,
        schema ?? '',
        all === 0 ? '' : percent(ms / all),
        latency(found?.beforeMs ?? null),
        latency(found?.afterMs ?? null),
        String(found?.executions ?? 0),
        found?.failures.join(', ') ?? '',
      ];
    }),
  ];
}

function preloadRows({ preload }: PrewarmedInstance): readonly (readonly string[])[] {
  return [
    ['table', 'index', 'size', 'outcome', ''],
    ...preload.map(({ table: name, index, bytes, outcome, reason, ms }) => [
      name,
      index,
      `${(bytes / 1_048_576).toFixed(1)} MiB`,
      outcome === 'read' ? `read in ${latency(ms)}` : outcome,
      reason ?? '',
    ]),
  ];
}

/** The costliest are first, so the tail may be left out; the JSON has all. */
const MOST_NOT_RUN = 100;

function notRunRows({ notSampled }: Prewarming): readonly (readonly string[])[] {
  return [
    ['id', 'read', 'schema', 'executions', 'why'],
    ...notSampled
      .slice(0, MOST_NOT_RUN)
      .map(({ id, fingerprint, schema, count, reason }) => [id, fingerprint, schema ?? '', String(count), reason]),
  ];
}

function pagesOf(measure: PrewarmedInstance['before']): string {
  return measure ? `${measure.pagesWithData} of ${measure.pages}` : 'none';
}

function roleOf({ id, isWriter }: PrewarmedInstance): string {
  return `${isWriter ? 'Writer' : 'Reader'} ${id}`;
}
