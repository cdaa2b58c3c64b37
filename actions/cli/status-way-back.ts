/** What `status` asks both servers about the way back, while it is open. */
import { wayBackFacts } from '../cutover/way-back-facts';
import { ask } from '../engine/context';
import { messageOf } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { binaryLogs, binlogRetention } from '../mysql/queries';
import { obstacles } from '../mysql/reverse-compatibility';
import { channelErrors, sessionsUnderNewCollations } from '../mysql/reverse-queries';
import { isServerAtLeast } from '../mysql/version';
import { unknownWayBack, wayBackOf, type WayBack } from '../mysql/way-back-health';
import type { Side } from '../ports/mysql-server';
import { servingSide, type UpgradeState } from '../state/format';
import { channelOf, otherSide } from '../steps/channel';
import type { SideStatus } from '../view/status-report';

/** Undefined while there is no way back to watch: before the first cutover, during a switch, after a rollback or finalize. */
export async function lookBack(
  context: StepContext,
  { phase, cutover }: Pick<UpgradeState, 'phase' | 'cutover'>,
  sides: Readonly<Record<Side, SideStatus>>,
): Promise<WayBack | undefined> {
  if (phase !== 'switched' || cutover) return undefined;
  const source = servingSide(phase);
  const replica = otherSide(source);
  for (const side of [replica, source]) {
    const seen = sides[side];
    if (seen.is === 'missing') return unknownWayBack(side, 'it does not exist');
    if (seen.is === 'unreachable') return unknownWayBack(side, seen.reason);
  }
  try {
    return await judge(context, source, replica);
  } catch (error) {
    return unknownWayBack(`${source} or ${replica}`, messageOf(error));
  }
}

async function judge(context: StepContext, source: Side, replica: Side): Promise<WayBack> {
  const { version } = await context.mysql.connect(replica);
  const [channel, errors, logs, retentionHours, dangers] = await Promise.all([
    channelOf(context, replica),
    ask(context, replica, channelErrors(version)),
    ask(context, source, binaryLogs()),
    // Only Aurora has it; without it the estimate is left out.
    ask(context, source, binlogRetention()).catch(() => undefined),
    dangersOf(context, source, replica),
  ]);
  return wayBackOf({
    at: context.clock.now().toISOString(),
    source,
    replica,
    channel,
    errors,
    logs,
    retentionHours,
    maxLagSeconds: context.config.cutover.maxLag / 1_000,
    dangers,
  });
}

/** What cannot be asked is no danger that is known: status tells what it can. */
async function dangersOf(context: StepContext, source: Side, replica: Side): Promise<readonly string[]> {
  const [settings, sessions] = await Promise.all([
    wayBackFacts(context, source).then(
      (facts) => obstacles(facts).flatMap(({ effect, what }) => (effect === 'stops' ? [what] : [])),
      () => [],
    ),
    sessionsThatStopIt(context, source, replica).catch(() => []),
  ]);
  return [...settings, ...sessions];
}

async function sessionsThatStopIt(context: StepContext, source: Side, replica: Side): Promise<readonly string[]> {
  const [{ version }, { version: old }] = await Promise.all([
    context.mysql.connect(source),
    context.mysql.connect(replica),
  ]);
  if (!isServerAtLeast(version, 8, 0, 1) || isServerAtLeast(old, 8, 0, 1)) return [];
  const found = await ask(context, source, sessionsUnderNewCollations());
  return found.map(
    ({ user, collation, count }) =>
      `${count} open session${count === 1 ? '' : 's'} of ${user} on ${source} under ${collation}, which ${replica} does not know`,
  );
}
