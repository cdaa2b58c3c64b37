/** The facts that a plan is bound to, asked of AWS and of the servers themselves. */
import { configHash } from '../config/load';
import { allAccounts } from '../mysql/account-list';
import { serverIdentity } from '../mysql/queries';
import type { ParameterLevel } from '../ports/aws';
import type { Side } from '../ports/mysql-server';
import type { UpgradeState } from '../state/format';
import { limits } from './context';
import type { PlanBinding, SideBinding } from './plan';
import type { StepContext } from './step';

export interface BindingSettings {
  readonly state: UpgradeState;
  /** Of Terraform's own state, undefined while there is none. */
  readonly terraformSerial: number | undefined;
  /** Users that the tool makes and drops itself. */
  readonly ownAccounts: readonly string[];
}

/** A side that is not there or does not answer is left out: the steps' own checks say what is wrong with it. */
export async function bindingOf(context: StepContext, settings: BindingSettings): Promise<PlanBinding> {
  const { state, terraformSerial } = settings;
  const [blue, green] = await Promise.all([
    sideBinding(context, 'blue', settings),
    state.facts.green ? sideBinding(context, 'green', settings) : undefined,
  ]);
  return {
    configHash: configHash(context.config),
    lineage: state.serial === 0 ? null : state.lineage,
    stateSerial: state.serial,
    phase: state.phase,
    endedSwitches: endedSwitches(state),
    terraformSerial: state.facts.green ? (terraformSerial ?? null) : null,
    sides: { ...(blue ? { blue } : {}), ...(green ? { green } : {}) },
  };
}

export function endedSwitches({ history }: Pick<UpgradeState, 'history'>): number {
  return history.filter((one) => one.outcome === 'done').length;
}

async function sideBinding(
  context: StepContext,
  side: Side,
  { state, ownAccounts }: BindingSettings,
): Promise<SideBinding | undefined> {
  const id = side === 'blue' ? context.config.blue.cluster : context.config.green.cluster;
  try {
    const cluster = await context.aws.rds.cluster(id);
    const writer = cluster?.members.find((member) => member.isWriter);
    if (!cluster || !writer || cluster.status !== 'available') return undefined;
    const [instances, server] = await Promise.all([context.aws.rds.instances(id), context.mysql.connect(side)]);
    const group = instances.find((one) => one.id === writer.instanceId)?.parameterGroup;
    const [identity, accounts, ofCluster, ofInstance] = await Promise.all([
      server.read(serverIdentity(), limits(context)),
      server.read(allAccounts(), limits(context)),
      valuesOf(context, 'cluster', cluster.parameterGroup),
      group === undefined ? [] : valuesOf(context, 'instance', group),
    ]);
    const ownParameters = ownParametersOf(side, state);
    const parameters = Object.fromEntries(
      [...ofCluster, ...ofInstance].filter(([name]) => !ownParameters.includes(name)),
    );
    return {
      clusterResourceId: cluster.resourceId,
      serverUuid: identity.serverUuid,
      engineVersion: cluster.engineVersion,
      parameters,
      accounts: accounts.filter(({ user }) => !ownAccounts.includes(user)).map(({ user, host }) => `${user}@${host}`),
      ownParameters,
    };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return undefined;
  }
}

async function valuesOf(
  context: StepContext,
  level: ParameterLevel,
  group: string,
): Promise<readonly (readonly [string, string])[]> {
  const found = await context.aws.rds.parameters(level, group, 'user');
  return found.map(({ name, value }) => [`${level} ${name}`, value ?? ''] as const);
}

/** Switches set these, and preparing blue sets its binary log's format. */
function ownParametersOf(side: Side, { phase }: UpgradeState): readonly string[] {
  const bySwitch = ['cluster read_only', 'cluster event_scheduler'];
  return side === 'blue' && phase === 'new' ? [...bySwitch, 'cluster binlog_format'] : bySwitch;
}
