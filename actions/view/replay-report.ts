/** The report of a replay, as a page and as Markdown. Pure. */
import { isBlocking, type PlanRow, type Replay, type ReplayedRead } from '../replay/result';
import { renderLatencyPairs } from './prewarm-latency-chart';
import { markdownTable, note, renderPage, section, table, wide } from './prewarm-page';
import { coverage, latency, percent } from './prewarm-text';
import { renderBuckets } from './replay-bucket-chart';
import { inOrder, summary, verdictWords } from './replay-text';

export interface ReplayReport extends Replay {
  readonly upgrade: string;
  readonly who: string;
  readonly when: string;
}

/** Rows of the picture of latencies; the table has all. */
const MOST_ROWS = 30;

export const NORMALISATION =
  'Rows are compared without regard to their order unless the statement has an ORDER BY of its own. FLOAT counts to 6 digits, ' +
  'DOUBLE to 12; zeros at the end of decimals and fractions of seconds do not count; JSON counts by its value. Warnings count by ' +
  'their codes, those about deprecated syntax not. NOW() is the same on both sides.';

const RULE =
  'Slower: the fastest of the runs took ten times as long or more, and 10 ms or more. The time is that of a client here, the way included.';

export function renderReplayHtml(report: ReplayReport): string {
  const { reads, serving, following, upgrade, who, when } = report;
  const isBad = reads.some(isBlocking);
  const pairs = inOrder(reads)
    .slice(0, MOST_ROWS)
    .map((read) => ({ ...read, isBad: read.verdict === 'slower' }));
  return renderPage({
    title: `Replay of reads: ${serving} and ${following}`,
    upgrade,
    who,
    when,
    tone: isBad ? 'bad' : report.isInterrupted ? 'warning' : 'good',
    headline: isBad
      ? `${following} does not answer like ${serving}`
      : report.isInterrupted
        ? 'Interrupted'
        : `${following} answers like ${serving}`,
    reasons: [`${summary(report)}.`, `${reads.length} kinds of reads: ${coverage(report.sample)}.`],
    body: [
      section('How long statements took: kinds of reads by order of magnitude', wide(renderBuckets(reads, report))),
      section(
        'Latency of each kind of read',
        `${wide(
          renderLatencyPairs(pairs, {
            label: `Latency on ${serving} and ${following}`,
            from: { name: serving, style: serving },
            to: { name: following, style: following },
          }),
        )}${note(RULE)}`,
      ),
      section('To look at', table(readRows(report, isBlocking))),
      ...reads.filter(({ plans }) => plans !== undefined).map((read) => plansSection(read, report)),
      section('Everything else', table(readRows(report, (read) => !isBlocking(read)))),
      section('Not run', table(notRunRows(report))),
      section('What was compared', note(NORMALISATION)),
    ],
  });
}

export function renderReplayMarkdown(report: ReplayReport): string {
  const { upgrade, serving, following, begunAt, endedAt, reads } = report;
  const rows = readRows(report, ({ verdict }) => verdict !== 'same');
  const same = reads.filter(({ verdict }) => verdict === 'same').length;
  return `${[
    `# Replay of reads on ${serving} and ${following}`,
    `${summary(report)}.`,
    `Upgrade ${upgrade}, ${begunAt} to ${endedAt}. ${reads.length} kinds of reads: ${coverage(report.sample)}.`,
    markdownTable(rows),
    ...reads.flatMap((read) =>
      read.plans ? [`Plans of ${read.id}:`, markdownTable(planRows(read.plans, report))] : [],
    ),
    `${same} kinds of reads are the same and not listed here.`,
    report.notSampled.length > 0 ? '## Not run' : '',
    markdownTable(notRunRows(report)),
    `${NORMALISATION} ${RULE}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function readRows(report: ReplayReport, wanted: (read: ReplayedRead) => boolean): readonly (readonly string[])[] {
  const all = report.reads.reduce((sum, { ms }) => sum + ms, 0);
  return [
    ['verdict', 'id', 'read', 'schema', 'load', report.serving, report.following, 'remarks'],
    ...inOrder(report.reads)
      .filter(wanted)
      .map((read) => [
        verdictWords(read, report),
        read.id,
        read.example === undefined ? read.fingerprint : `${read.fingerprint}\n${read.example}`,
        read.schema ?? '',
        all === 0 ? '' : percent(read.ms / all),
        latency(read.fromMs),
        latency(read.toMs),
        read.remarks.join('; '),
      ]),
  ];
}

function plansSection(read: ReplayedRead, report: ReplayReport): string {
  return read.plans ? section(`Plans of ${read.id}`, table(planRows(read.plans, report))) : '';
}

function planRows(
  { from, to }: NonNullable<ReplayedRead['plans']>,
  { serving, following }: Pick<Replay, 'serving' | 'following'>,
): readonly (readonly string[])[] {
  const rows = (side: string, plan: readonly PlanRow[]): readonly (readonly string[])[] =>
    plan.map(({ table: name, type, key, rows: estimate, extra }) => [side, name, type, key, estimate, extra]);
  return [['side', 'table', 'access', 'index', 'rows', 'extra'], ...rows(serving, from), ...rows(following, to)];
}

/** The costliest are first, so the tail may be left out; the JSON has all. */
const MOST_NOT_RUN = 100;

function notRunRows({ notSampled }: Replay): readonly (readonly string[])[] {
  return [
    ['id', 'read', 'schema', 'executions', 'why'],
    ...notSampled
      .slice(0, MOST_NOT_RUN)
      .map(({ id, fingerprint, schema, count, reason }) => [id, fingerprint, schema ?? '', String(count), reason]),
  ];
}
