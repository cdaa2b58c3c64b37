/** `status` for people and for scripts. Pure. */
import { canonicalJson } from '../engine/canonical-json';
import { formatPosition } from '../mysql/position';
import { paintWith, type Paint } from './colour';
import { renderHealth } from './health-text';
import type { ChannelStatus, SideStatus, StatusReport, TerraformStatus } from './status-report';
import { renderWayBack } from './status-way-back';
import { renderTable } from './table';
import { isForgotten, renderTrialStatus, type TrialStatus } from './trial-text';

/** No line break at the end. */
export function renderStatusText(report: StatusReport, { colour = false }: { readonly colour?: boolean } = {}): string {
  const paint = paintWith(colour);
  const serving = report.serving === undefined ? 'no side is known to serve' : `${report.serving} serves`;
  const rows: [string, string][] = [
    ['channel', report.channel ? renderChannel(report.channel, paint) : 'none'],
    ...(report.wayBack ? [['way back', renderWayBack(report.wayBack, paint)] as [string, string]] : []),
    ['terraform', renderTerraform(report.terraform, paint)],
    ...(report.trial ? [['trial', renderTrialRow(report.trial, paint)] as [string, string]] : []),
  ];
  if (report.lock) {
    const { command, user, host, pid, since } = report.lock;
    rows.push(['lock', `${command} runs as ${user} on ${host} (process ${pid}) since ${since}`]);
  }
  const parts = [
    paint('strong', `${report.name}: ${report.phase}, ${serving}`),
    renderTable([
      ['', 'server', 'writes', 'position', 'endpoint'],
      ['blue', ...renderSide(report.blue)],
      ['green', ...renderSide(report.green)],
    ]),
    renderTable(rows),
  ];
  if (report.health) parts.push(renderHealth(report.health, paint));
  if (report.cutover) parts.push(paint('bad', renderCutover(report.cutover)));
  parts.push(`next: ${paint('strong', report.next.command)}\n      ${report.next.why}`);
  return parts.join('\n\n');
}

/** One object with sorted keys, without a line break. */
export function renderStatusJson(report: StatusReport): string {
  return canonicalJson({ type: 'status', ...report });
}

function renderSide(side: SideStatus): readonly string[] {
  if (side.is === 'missing') return ['does not exist yet', '-', '-', '-'];
  if (side.is === 'unreachable') return [`cannot be reached: ${side.reason}`, '-', '-', side.endpoint];
  const position = side.position === undefined ? 'binary log off' : formatPosition(side.position);
  return [side.version, side.isReadOnly ? 'refused (read only)' : 'taken', position, side.endpoint];
}

function renderChannel(channel: ChannelStatus, paint: Paint): string {
  const lag = channel.lagSeconds === undefined ? 'lag not known' : `${channel.lagSeconds} s behind`;
  const applied = channel.applied === undefined ? '' : `, applied up to ${formatPosition(channel.applied)}`;
  const error = channel.error === undefined ? '' : paint('bad', `, error: ${channel.error}`);
  const running = channel.isRunning ? 'running' : paint('bad', 'stopped');
  return `${channel.source} -> ${channel.replica}: ${running}, ${lag}${applied}${error}`;
}

function renderTrialRow(trial: TrialStatus, paint: Paint): string {
  const text = renderTrialStatus(trial);
  return isForgotten(trial) ? paint('warning', text) : text;
}

function renderTerraform(terraform: TerraformStatus, paint: Paint): string {
  if (terraform.is === 'not-planned') return 'not asked yet (npm run status -- --terraform)';
  const { pending, at } = terraform;
  if (pending === 0) return `nothing pending (planned ${at})`;
  return paint('warning', `${pending} pending ${pending === 1 ? 'change' : 'changes'} (planned ${at})`);
}

function renderCutover(cutover: NonNullable<StatusReport['cutover']>): string {
  const positions = [
    ...(cutover.finalPosition ? [`final position of the old side: ${formatPosition(cutover.finalPosition)}`] : []),
    ...(cutover.reversePosition ? [`start of the reverse channel: ${formatPosition(cutover.reversePosition)}`] : []),
  ];
  const fate = fateOf(cutover);
  const reason = cutover.reason === undefined ? '' : ` (${cutover.reason})`;
  return [
    `${cutover.direction} under way since ${cutover.startedAt}: ${cutover.state}${reason}, ${fate}`,
    ...positions,
  ].join('\n  ');
}

/** What is true of the commit, and what the next run does. */
function fateOf({ state, resumeAt }: NonNullable<StatusReport['cutover']>): string {
  const goesOn = {
    fencing: 'not committed: running the command again gives writes back',
    undoing: 'not committed: running the command again goes on giving writes back',
    opening: 'committed: running the command again completes it',
  };
  if (state !== 'stalled') return goesOn[state];
  return `a person is needed${resumeAt === undefined ? '' : `; ${goesOn[resumeAt]}`}`;
}
