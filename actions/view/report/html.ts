/**
 * The report as one HTML page for a person who has little time: verdict, figures, then for each direction what clients saw,
 * the timeline, positions, gates and evidence. It loads nothing, and its policy forbids the browser to. Pure.
 */
import { formatDuration } from '../duration';
import { renderGapChart } from './gap-chart';
import { handOverNote, handOverOf } from './hand-over';
import { HEALTH_HEADER, healthNote, healthTable } from './health';
import { renderHealthCharts } from './health-charts';
import { escapeHtml } from './markup';
import { gapMs, newSide, oldSide, type CutoverReport, type DirectionReport } from './model';
import { STYLE } from './style';
import { TRAFFIC_NOTE, trafficTable } from './traffic';
import { renderTrafficChart } from './traffic-chart';
import { blockedRange, renderTimeline, wholeRange } from './timeline-chart';
import { capital, formatCount, formatInstant, SIGNS, verdictOf } from './verdict';

/** The tool writes nothing of its own beside the application, so only a client can tell. */
const NOT_MEASURED = 'no client was watched; it is longer than the server side by reconnects and DNS';

/** Below this share of the whole, the blocked stretch gets a timeline of its own: in the whole one it is a hair. */
const ZOOM_BELOW = 0.4;

export function renderReportHtml(report: CutoverReport): string {
  const verdict = verdictOf(report);
  const reasons = verdict.reasons.map((reason) => escapeHtml(capital(reason))).join('. ');
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(`${verdict.headline}: ${report.title}`)}</title>`,
    `<style>\n${STYLE}\n</style>`,
    '<main>',
    `<p class="facts"><strong>${escapeHtml(report.title)}</strong> · upgrade ${escapeHtml(report.upgrade)} · ` +
      `${escapeHtml(formatInstant(report.when))} · ${escapeHtml(report.who)}${planOf(report)}</p>`,
    `<section class="verdict ${verdict.tone}"><h1>${SIGNS[verdict.tone]} ${escapeHtml(verdict.headline)}</h1>`,
    reasons === '' ? '' : `<p>${reasons}.</p>`,
    '</section>',
    renderFigures(report),
    ...report.directions.map(renderDirection),
    renderSurroundings(report),
    '</main>',
    '</html>',
  ]
    .filter((line) => line !== '')
    .join('\n')}\n`;
}

function planOf({ plan }: CutoverReport): string {
  return plan ? ` · plan <code>${escapeHtml(plan.hash.slice(0, 12))}</code> (${escapeHtml(plan.file)})` : '';
}

function renderFigures(report: CutoverReport): string {
  const figures = report.directions.flatMap((direction) => {
    const name = capital(direction.summary.direction);
    const { clients, dnsTailMs, summary } = direction;
    return [
      ...(clients
        ? [figure(`${name}: gap for clients`, formatDuration(gapMs(clients)), 'between acknowledged writes')]
        : summary.outcome === 'done'
          ? [figure(`${name}: gap for clients`, 'not measured', NOT_MEASURED)]
          : []),
      ...(summary.blockedMs === undefined
        ? []
        : [
            figure(
              `${name}: writes blocked`,
              formatDuration(summary.blockedMs),
              'server side: fence asked for to new side writable',
            ),
          ]),
      ...(dnsTailMs === undefined
        ? []
        : [figure(`${name}: DNS tail`, formatDuration(dnsTailMs), 'until no lookup gave the old side')]),
    ];
  });
  return figures.length === 0 ? '' : `<div class="figures">\n${figures.join('\n')}\n</div>`;
}

function figure(label: string, value: string, note: string): string {
  return `<div class="figure"><div class="label">${label}</div><div class="value">${value}</div><div class="label">${note}</div></div>`;
}

function renderDirection(direction: DirectionReport): string {
  const { summary, clients } = direction;
  const parts = [`<h2>${capital(summary.direction)}: ${oldSide(direction)} → ${newSide(direction)}</h2>`];
  if (summary.outcome === 'aborted') {
    parts.push(section('Aborted', `<p>${escapeHtml(summary.reason ?? 'No reason was recorded.')}</p>`));
  }
  if (clients) {
    const note =
      'The shaded stretch runs from the last write acknowledged on the old side to the first on the new one.';
    parts.push(section('What clients saw', `${wide(renderGapChart(clients, 'fence'))}<p class="note">${note}</p>`));
  }
  parts.push(
    ...renderTimelines(direction),
    renderTraffic(direction),
    renderHealth(direction),
    renderHandOver(direction),
    renderGates(direction),
    renderEvidence(direction),
  );
  return parts.filter((part) => part !== '').join('\n');
}

function renderTimelines(direction: DirectionReport): readonly string[] {
  if (direction.summary.steps.length === 0) return [];
  const whole = wholeRange(direction);
  const blocked = blockedRange(direction);
  const started = `<p class="note">Started ${escapeHtml(formatInstant(direction.summary.startedAt))}, ended ${escapeHtml(formatInstant(direction.summary.endedAt))}.</p>`;
  const timelines = [section('Timeline', `${wide(renderTimeline(direction, whole))}${started}`)];
  if (blocked && (blocked.toMs - blocked.fromMs) / (whole.toMs - whole.fromMs) < ZOOM_BELOW) {
    timelines.push(
      section('Timeline while writes were blocked (0 is the fence)', wide(renderTimeline(direction, blocked))),
    );
  }
  return timelines;
}

function renderTraffic(direction: DirectionReport): string {
  const chart = renderTrafficChart(direction.traffic ?? []);
  if (chart === '') return '';
  const rows = trafficTable(direction).map((cells) => cells.map(escapeHtml));
  return section('Write rate and lag', `${wide(chart)}${table(rows)}<p class="note">${TRAFFIC_NOTE}</p>`);
}

function renderHealth({ health, summary }: DirectionReport): string {
  if (!health) return '';
  const note = `<p class="note">${escapeHtml(healthNote(health))}</p>`;
  const chart = renderHealthCharts(health, summary.startedAt);
  const rows = [HEALTH_HEADER, ...healthTable(health)].map((cells) => cells.map(escapeHtml));
  const body = health.failure === undefined ? `${chart === '' ? '' : wide(chart)}${table(rows)}` : '';
  return section('Health of both writers', `${body}${note}`);
}

function renderHandOver(direction: DirectionReport): string {
  const found = handOverOf(direction);
  if (!found) return '';
  const rows = [
    found.header.map(escapeHtml),
    ...found.rows.map(([what, ...sides]) => [escapeHtml(what), ...sides.map(code)]),
  ];
  const note = `<p class="note">${escapeHtml(handOverNote(direction))}</p>`;
  return section('Hand-over of binary-log consumers (CDC)', `${table(rows)}${note}`);
}

function renderGates(direction: DirectionReport): string {
  if (direction.gates.length === 0) return '';
  const rows = direction.gates.map(({ name, value, limit, ok, reason }) => [
    `${ok ? '<span class="holds">✓ holds</span>' : '<span class="fails">✗ fails</span>'}`,
    escapeHtml(name),
    escapeHtml(value),
    `limit ${escapeHtml(limit)}`,
    escapeHtml(reason ?? ''),
  ]);
  return section('Gates before the fence', table(rows));
}

function renderEvidence(direction: DirectionReport): string {
  if (direction.evidence.length === 0) return '';
  return section('Evidence', table(direction.evidence.map(({ what, value }) => [escapeHtml(what), code(value)])));
}

function renderSurroundings(report: CutoverReport): string {
  const { ledger, servers, terraform } = report;
  const parts = ['<h2>Around it</h2>'];
  if (ledger) {
    const rows = [
      ['acknowledged', formatCount(ledger.acknowledged)],
      ['lost', judged(ledger.lost)],
      ['applied more than once', judged(ledger.duplicated)],
      ['instants with two writers', judged(ledger.dual)],
    ];
    parts.push(section('Writes of the clients, compared with both servers', table(rows)));
  }
  if (terraform.length > 0) {
    const rows = terraform.map(({ phase, pending }) => [escapeHtml(phase), judged(pending)]);
    parts.push(section('Changes that Terraform wanted', table(rows)));
  }
  const rows = (['blue', 'green'] as const).map((side) => [
    side,
    escapeHtml(servers[side].version),
    code(servers[side].endpoint),
  ]);
  parts.push(section('Servers', table(rows)));
  return parts.join('\n');
}

/** A count that should be zero. */
function judged(value: number): string {
  return value === 0 ? '<span class="holds">✓ 0</span>' : `<span class="fails">✗ ${formatCount(value)}</span>`;
}

function section(title: string, body: string): string {
  return `<section><h3>${escapeHtml(title)}</h3>\n${body}\n</section>`;
}

function wide(chart: string): string {
  return `<div class="wide">\n${chart}\n</div>`;
}

/** Cells are markup already; the first of a row names it. */
function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(
    ([name, ...cells]) =>
      `<tr><th scope="row">${name ?? ''}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table>\n${lines.join('\n')}\n</table></div>`;
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}
