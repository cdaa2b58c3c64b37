/** One replication channel between the clusters, in either direction. */
import { clusterFacts, limits } from '../engine/context';
import type { StepContext } from '../engine/step';
import { replicaCanUseTls } from '../mysql/channel-security';
import type { BinlogPosition } from '../mysql/position';
import { replicaStatus } from '../mysql/queries';
import type { ReplicaStatus } from '../mysql/replica-status';
import {
  resetExternalSource,
  setExternalSource,
  startReplication,
  stopReplication,
  useTlsOnChannel,
} from '../mysql/statements';
import { dialectOf, parseAuroraVersion } from '../mysql/version';
import type { CallLimits, Side, Statement } from '../ports/mysql-server';
import { toolCredentials } from './tool-accounts';

export function otherSide(side: Side): Side {
  return side === 'blue' ? 'green' : 'blue';
}

/** The channel of `replica`, which reads from the other side. Undefined when none is configured. */
export async function channelOf(context: StepContext, replica: Side): Promise<ReplicaStatus | undefined> {
  const server = await context.mysql.connect(replica);
  return server.read(replicaStatus(server.version), limits(context));
}

/** Statements that point `replica` at the other side from `position` on; it does not start yet. */
export async function configureStatements(
  context: StepContext,
  replica: Side,
  position: BinlogPosition,
): Promise<readonly Statement[]> {
  const sourceSide = otherSide(replica);
  const source = clusterFacts(context, sourceSide);
  const { user, password } = await toolCredentials(context, sourceSide, context.config.replication.user);
  const server = await context.mysql.connect(replica);
  const dialect = dialectOf(server.version);
  const set = setExternalSource(dialect, { host: source.endpoint, port: source.port, user, password, position });
  const encrypts =
    context.config.replication.tls !== 'off' &&
    replicaCanUseTls(parseAuroraVersion(clusterFacts(context, replica).engineVersion));
  return encrypts ? [set, useTlsOnChannel()] : [set];
}

export async function configureChannel(
  context: StepContext,
  replica: Side,
  position: BinlogPosition,
  within: CallLimits = limits(context),
): Promise<void> {
  const server = await context.mysql.connect(replica);
  for (const statement of await configureStatements(context, replica, position)) await server.run(statement, within);
}

export async function startChannel(context: StepContext, replica: Side, within = limits(context)): Promise<void> {
  const server = await context.mysql.connect(replica);
  await server.run(startReplication(), within);
}

/** Stops and forgets the channel of `replica`; of no channel it is nothing. */
export async function removeChannel(context: StepContext, replica: Side, within = limits(context)): Promise<void> {
  const server = await context.mysql.connect(replica);
  const status = await server.read(replicaStatus(server.version), within);
  if (!status) return;
  if (isRunning(status)) await server.run(stopReplication(), within);
  await server.run(resetExternalSource(dialectOf(server.version)), within);
}

export function isRunning(status: ReplicaStatus): boolean {
  return status.receiverState !== 'No' || status.isApplying;
}

export function isHealthy(status: ReplicaStatus | undefined): boolean {
  return status !== undefined && status.isReceiving && status.isApplying && status.lastError === undefined;
}

export function describeChannel(status: ReplicaStatus): string {
  const lag = status.lagSeconds === undefined ? 'lag unknown' : `${status.lagSeconds} s behind`;
  return `receiving ${status.receiverState}, applying ${status.isApplying ? 'Yes' : 'No'}, ${lag}${status.lastError ? `, ${status.lastError}` : ''}`;
}

/** Whether the channel of `replica` reads from the endpoint that the state knows. */
export function readsFromPeer(context: StepContext, replica: Side, status: ReplicaStatus): boolean {
  const source = clusterFacts(context, otherSide(replica));
  return status.sourceHost === source.endpoint && status.sourcePort === source.port;
}
