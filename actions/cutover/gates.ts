/** What must be true before writes are blocked: each gate has a value, a limit and a reason. */
import { ask, clusterFacts } from '../engine/context';
import { explain } from '../engine/errors';
import { accountsPassingReadOnly, openTransactions } from '../mysql/queries';
import { describeChannel, isHealthy, readsFromPeer, channelOf } from '../steps/channel';
import { longestSourceHost, parseAuroraVersion } from '../mysql/version';
import { toolCredentials } from '../steps/tool-accounts';
import type { SwitchContext } from './switch-context';

export interface Gate {
  readonly name: string;
  readonly value: string;
  readonly limit: string;
  readonly ok: boolean;
  readonly reason?: string;
}

/** Accounts of the platform itself; they do not write while a cluster is quiet. */
const PLATFORM_ACCOUNTS = new Set([
  'rdsadmin',
  'rdsrepladmin',
  'rds_superuser_role',
  'mysql.session',
  'mysql.sys',
  'mysql.infoschema',
  'rdsrepladmin_priv_checks_user',
  'root',
]);

/** Observes only. Gates are asked in parallel; a gate that cannot be asked is not ok. */
export async function askGates(context: SwitchContext): Promise<readonly Gate[]> {
  const gates: Record<string, () => Promise<Gate>> = {
    replication: () => replication(context),
    fences: () => fences(context),
    'longest transaction': () => longestTransaction(context),
    'accounts that pass read_only': () => passingAccounts(context),
    'way back': () => wayBack(context),
    ...Object.fromEntries(context.endpoints.map((endpoint) => [endpoint.name, () => endpointGate(context, endpoint)])),
  };
  return Promise.all(
    Object.entries(gates).map(async ([name, gate]) => {
      try {
        return await gate();
      } catch (error) {
        return { name, value: 'could not be asked', limit: '', ok: false, reason: explain(error) };
      }
    }),
  );
}

async function replication(context: SwitchContext): Promise<Gate> {
  const status = await channelOf(context, context.to);
  const limitSeconds = context.config.cutover.maxLag / 1_000;
  const isFed = status !== undefined && isHealthy(status) && readsFromPeer(context, context.to, status);
  return {
    name: 'replication',
    value: status ? describeChannel(status) : `${context.to} has no channel`,
    limit: `running, at most ${limitSeconds} s behind`,
    ok: isFed && (status.lagSeconds ?? Infinity) <= limitSeconds,
    reason: 'What the other side has not applied yet must be waited for while writes are blocked.',
  };
}

async function fences(context: SwitchContext): Promise<Gate> {
  const [fromClosed, toClosed] = await Promise.all([
    context.fences[context.from].isClosed(context.within()),
    context.fences[context.to].isClosed(context.within()),
  ]);
  return {
    name: 'fences',
    value: `${context.from} ${fromClosed ? 'closed' : 'open'}, ${context.to} ${toClosed ? 'closed' : 'open'}`,
    limit: `${context.from} open, ${context.to} closed`,
    ok: !fromClosed && toClosed,
    reason: 'Only one side may ever accept writes, and it is the one that is being switched away from.',
  };
}

async function longestTransaction(context: SwitchContext): Promise<Gate> {
  const limitSeconds = context.config.cutover.maxTransaction / 1_000;
  const oldest = (await ask(context, context.from, openTransactions()))[0];
  return {
    name: 'longest transaction',
    value: oldest ? `${oldest.ageSeconds} s (session ${oldest.sessionId}, ${oldest.rowsModified} rows)` : 'none open',
    limit: `${limitSeconds} s`,
    ok: (oldest?.ageSeconds ?? 0) <= limitSeconds,
    reason: 'The fence waits for open transactions or cuts them off; a long one makes the write downtime long.',
  };
}

async function passingAccounts(context: SwitchContext): Promise<Gate> {
  const server = context.servers[context.from];
  const known = new Set(context.config.cutover.passingAccounts);
  const { user: master } = await context.mysql.masterCredentials(context.from);
  const passing = (await ask(context, context.from, accountsPassingReadOnly(server.version)))
    .filter((account) => !PLATFORM_ACCOUNTS.has(account.user) && account.user !== master)
    .map((account) => `${account.user}@${account.host}`)
    .filter((account) => !known.has(account));
  return {
    name: 'accounts that pass read_only',
    value: passing.length === 0 ? 'none but the master user' : passing.join(', '),
    limit: 'none but the master user',
    ok: passing.length === 0,
    reason:
      'Their writes would be accepted by the fenced side and lost. Revoke CONNECTION_ADMIN or SUPER, or name them in cutover.passingAccounts when they do not write.',
  };
}

/** The account of the reverse channel must be able to log in on the side that becomes the source. */
async function wayBack(context: SwitchContext): Promise<Gate> {
  const { endpoint } = clusterFacts(context, context.to);
  const longest = longestSourceHost(parseAuroraVersion(clusterFacts(context, context.from).engineVersion));
  if (endpoint.length > longest) {
    return {
      name: 'way back',
      value: `the endpoint of ${context.to} has ${endpoint.length} characters`,
      limit: `${longest}`,
      ok: false,
      reason: `${context.from} cuts a longer host name of its source off, so it could not follow ${context.to}.`,
    };
  }
  const credentials = await toolCredentials(context, context.to, context.config.replication.user);
  const outcome =
    context.config.replication.host === '%' ? await context.mysql.tryLogin(context.to, credentials) : 'accepted';
  return {
    name: 'way back',
    value: `${credentials.user} on ${context.to}: ${outcome}`,
    limit: 'accepted',
    ok: outcome === 'accepted',
    reason: `Without it ${context.from} could not follow ${context.to} after the switch, and going back would lose writes. Run \`npm run apply\`.`,
  };
}

async function endpointGate(context: SwitchContext, endpoint: SwitchContext['endpoints'][number]): Promise<Gate> {
  const state = await endpoint.state(context.within());
  return {
    name: endpoint.name,
    value: `${state.seen} (TTL ${endpoint.tailMs / 1_000} s)`,
    limit: `the endpoint of ${context.from}, TTL at most 60 s`,
    ok: state.is === 'not-yet' && endpoint.tailMs <= 60_000,
    reason: 'The tool only moves what points at the side that serves; a long TTL keeps clients on the old side.',
  };
}
