/** The report as Markdown, for a ticket or a pull request: the same facts in the same order, times as tables. Pure. */
import { formatDuration } from '../duration';
import { handOverNote, handOverOf } from './hand-over';
import { HEALTH_HEADER, healthNote, healthTable } from './health';
import { gapMs, newSide, oldSide, titleOf, type CutoverReport, type DirectionReport } from './model';
import { TRAFFIC_NOTE, trafficTable } from './traffic';
import { capital, formatCount, formatInstant, SIGNS, verdictOf } from './verdict';

export function renderReportMarkdown(report: CutoverReport): string {
  const verdict = verdictOf(report);
  const parts = [
    `# ${SIGNS[verdict.tone]} ${verdict.headline}`,
    ...(verdict.reasons.length > 0 ? [verdict.reasons.map((reason) => `- ${text(capital(reason))}`).join('\n')] : []),
    `${text(report.title)}, upgrade \`${report.upgrade}\`, ${formatInstant(report.when)}, ${text(report.who)}${report.plan ? `, plan \`${report.plan.hash.slice(0, 12)}\` (${text(report.plan.file)})` : ''}`,
    ...report.directions.flatMap(renderDirection),
    ...renderSurroundings(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderDirection(direction: DirectionReport): readonly string[] {
  const { summary, clients, dnsTailMs, gates, evidence } = direction;
  const times = [
    ...(clients
      ? [['gap for clients', `**${formatDuration(gapMs(clients))}**`]]
      : summary.outcome === 'done'
        ? [['gap for clients', 'not measured: no client was watched']]
        : []),
    ...(summary.blockedMs === undefined ? [] : [['writes blocked, server side', formatDuration(summary.blockedMs)]]),
    ...(dnsTailMs === undefined ? [] : [['DNS tail', formatDuration(dnsTailMs)]]),
    ['started', formatInstant(summary.startedAt)],
    ['ended', formatInstant(summary.endedAt)],
  ];
  const parts = [`## ${capital(summary.direction)}: ${oldSide(direction)} → ${newSide(direction)}`];
  if (summary.outcome === 'aborted') parts.push(`**Aborted**: ${text(summary.reason ?? 'no reason was recorded')}`);
  parts.push(table(['', ''], times));
  if (summary.steps.length > 0) {
    const rows = summary.steps.map((step) => [
      text(titleOf(direction, step.id)),
      formatDuration(step.startMs),
      formatDuration(step.durationMs),
      text(step.outcome),
    ]);
    parts.push('### Timeline', table(['step', 'began after', 'took', 'outcome'], rows));
  }
  if (direction.traffic && direction.traffic.length > 1) {
    const [header = [], ...rows] = trafficTable(direction);
    parts.push('### Write rate and lag', table(header, rows), TRAFFIC_NOTE);
  }
  const { health } = direction;
  if (health) {
    const rows = healthTable(health).map((cells) => cells.map(text));
    const found = health.failure === undefined ? [table(HEALTH_HEADER, rows)] : [];
    parts.push('### Health of both writers', ...found, text(healthNote(health)));
  }
  const handOver = handOverOf(direction);
  if (handOver) {
    const rows = handOver.rows.map(([what, ...sides]) => [what, ...sides.map((side) => `\`${side}\``)]);
    parts.push('### Hand-over of binary-log consumers (CDC)', table(handOver.header, rows), handOverNote(direction));
  }
  if (gates.length > 0) {
    const rows = gates.map(({ name, value, limit, ok, reason }) => [
      ok ? '✓ holds' : '✗ fails',
      text(name),
      text(value),
      text(limit),
      text(reason ?? ''),
    ]);
    parts.push('### Gates before the fence', table(['', 'gate', 'value', 'limit', ''], rows));
  }
  if (evidence.length > 0) {
    parts.push(
      '### Evidence',
      table(
        ['what', 'seen'],
        evidence.map(({ what, value }) => [text(what), text(value)]),
      ),
    );
  }
  return parts;
}

function renderSurroundings({ ledger, servers, terraform }: CutoverReport): readonly string[] {
  const parts: string[] = ['## Around it'];
  if (ledger) {
    const rows = [
      ['acknowledged', formatCount(ledger.acknowledged)],
      ['lost', judged(ledger.lost)],
      ['applied more than once', judged(ledger.duplicated)],
      ['instants with two writers', judged(ledger.dual)],
    ];
    parts.push(table(['writes of the clients', 'count'], rows));
  }
  if (terraform.length > 0) {
    parts.push(
      table(
        ['changes that Terraform wanted', 'count'],
        terraform.map(({ phase, pending }) => [text(phase), judged(pending)]),
      ),
    );
  }
  const rows = (['blue', 'green'] as const).map((side) => [
    side,
    text(servers[side].version),
    text(servers[side].endpoint),
  ]);
  parts.push(table(['server', 'version', 'endpoint'], rows));
  return parts;
}

function judged(value: number): string {
  return value === 0 ? '✓ 0' : `✗ ${formatCount(value)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Text from servers and people must not become markup or break a row. */
function text(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\|/g, '\\|')
    .replace(/\s*\n\s*/g, ' ');
}
