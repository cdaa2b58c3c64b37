import { outputJson, readJson } from 'fs-extra';
import { limits } from '../engine/context';
import { messageOf, UpgradeError } from '../engine/errors';
import type { Health } from '../health/health';
import { readHealth } from '../health/read-health';
import { binlogPosition, serverIdentity } from '../mysql/queries';
import type { Side } from '../ports/mysql-server';
import { servingSide, type UpgradeState } from '../state/format';
import { channelOf, isHealthy, otherSide } from '../steps/channel';
import { nextCommand } from '../view/next-command';
import type { ChannelStatus, SideStatus, StatusReport } from '../view/status-report';
import { renderStatusText } from '../view/status-text';
import type { TrialStatus } from '../view/trial-text';
import { wayBackChange } from '../view/status-way-back';
import { wantsColour } from '../view/colour';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { tellDrift } from './status-drift';
import { askedSeldom } from './status-seldom';
import { trialStatus } from './status-trial';
import { lookBack } from './status-way-back';

interface StatusOptions extends CommonOptions {
  readonly terraform?: boolean;
  readonly watch?: boolean;
  /** Seconds between two looks of `--watch`. */
  readonly interval?: string;
}

export function status(options: StatusOptions): Promise<number> {
  return runCommand({ verb: 'status', options, access: 'read' }, async (command) => {
    const pauseMs = pauseOf(options);
    let before: StatusReport | undefined;
    const { clock } = command.context;
    const seldom = {
      health: askedSeldom(clock, () => readHealth(command.context)),
      trial: askedSeldom(clock, () => trialStatus(command)),
    };
    const colour = wantsColour(process.stdout, process.env);
    await tellDrift(command);
    for (;;) {
      const report = await look(command, options.terraform === true, seldom);
      command.printer.result({ text: renderStatusText(report, { colour }), json: { type: 'status', ...report } });
      if (options.watch !== true) return EXIT.done;
      const change = wayBackChange(before?.wayBack, report.wayBack);
      if (change) command.printer.emit({ type: 'note', ...change });
      before = report;
      await command.context.clock.sleep(pauseMs, command.interrupt);
    }
  });
}

const DEFAULT_SECONDS = 2;

function pauseOf({ interval }: StatusOptions): number {
  const seconds = interval === undefined ? DEFAULT_SECONDS : Number(interval);
  if (seconds >= 1 && seconds <= 3_600) return seconds * 1_000;
  throw new UpgradeError(`--interval ${interval ?? ''} is not a number of seconds between 1 and 3600`, {
    code: 'usage',
    source: 'user',
    hint: 'For example: npm run status -- --watch --interval 10',
  });
}

/** Observes only. A side that cannot be asked is shown as such; status itself does not fail for it. */
export async function look(
  command: Command,
  askTerraform: boolean,
  seldom: { readonly health: () => Promise<Health>; readonly trial: () => Promise<TrialStatus | undefined> },
): Promise<StatusReport> {
  const { session, store, context, config } = command;
  const state = (await store.read()) ?? session.state;
  const [blue, green, terraform, lock, health, trial] = await Promise.all([
    sideStatus(command, 'blue'),
    sideStatus(command, 'green'),
    askTerraform ? terraformStatus(command) : lastTerraform(config.besideState),
    store.lockHolder(),
    seldom.health(),
    seldom.trial(),
  ]);
  const [channel, wayBack] = await Promise.all([
    channelStatus(command, state, { blue, green }),
    lookBack(context, state, { blue, green }),
  ]);
  return {
    name: config.name,
    at: context.clock.now().toISOString(),
    phase: state.phase,
    serving: state.cutover ? undefined : servingSide(state.phase),
    blue,
    green,
    ...(channel ? { channel } : {}),
    ...(wayBack ? { wayBack } : {}),
    health,
    ...(trial ? { trial } : {}),
    terraform,
    ...(state.cutover ? { cutover: state.cutover } : {}),
    ...(lock ? { lock } : {}),
    next:
      wayBack && wayBack.state !== 'running'
        ? { command: wayBack.next, why: wayBack.consequence }
        : nextCommand(state, { blue, green }, channel),
  };
}

async function sideStatus({ context, config }: Command, side: Side): Promise<SideStatus> {
  const id = side === 'blue' ? config.blue.cluster : config.green.cluster;
  const cluster = await context.aws.rds.cluster(id);
  if (!cluster) return { is: 'missing' };
  const endpoint = `${cluster.endpoint}:${cluster.port}`;
  if (cluster.status !== 'available')
    return { is: 'unreachable', endpoint, reason: `the cluster is ${cluster.status}` };
  try {
    const server = await context.mysql.connect(side);
    const [identity, position] = await Promise.all([
      server.read(serverIdentity(), limits(context)),
      server.read(binlogPosition(server.version), limits(context)),
    ]);
    return { is: 'up', version: server.version, endpoint, isReadOnly: identity.isReadOnly, position };
  } catch (error) {
    return { is: 'unreachable', endpoint, reason: messageOf(error) };
  }
}

/** The channel that should be there in this phase, else any that is there. */
async function channelStatus(
  { context }: Command,
  state: UpgradeState,
  sides: Readonly<Record<Side, SideStatus>>,
): Promise<ChannelStatus | undefined> {
  const expected = otherSide(servingSide(state.phase));
  for (const replica of [expected, otherSide(expected)]) {
    if (sides[replica].is !== 'up') continue;
    const found = await channelOf(context, replica);
    if (!found) continue;
    return {
      source: otherSide(replica),
      replica,
      isRunning: isHealthy(found),
      lagSeconds: found.lagSeconds,
      applied: found.applied,
      error: found.lastError,
    };
  }
  return undefined;
}

async function terraformStatus({ terraform, context, config }: Command): Promise<StatusReport['terraform']> {
  const { changes } = await terraform.pendingChanges();
  for (const change of changes) {
    context.emit({
      type: 'note',
      level: 'warning',
      code: 'terraform-pending',
      text: `Terraform would ${change.actions.join(' and ')} ${change.address} (${change.attributes.join(', ')})`,
    });
  }
  const planned = { is: 'planned' as const, pending: changes.length, at: context.clock.now().toISOString() };
  // A look of seconds that a status of milliseconds can repeat, with its age.
  await outputJson(rememberedPlan(config.besideState), planned).catch(() => undefined);
  return planned;
}

/** Beside the state and not in it: it is no fact of the upgrade, and `status` takes no lock. */
function rememberedPlan(stateFile: string): string {
  return `${stateFile}.terraform`;
}

async function lastTerraform(stateFile: string): Promise<StatusReport['terraform']> {
  try {
    const { pending, at } = (await readJson(rememberedPlan(stateFile))) as { pending: unknown; at: unknown };
    if (typeof pending === 'number' && typeof at === 'string') return { is: 'planned', pending, at };
  } catch {
    // Never planned, or not readable: both are answered by asking.
  }
  return { is: 'not-planned' };
}
