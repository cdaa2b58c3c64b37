/** What both servers, DNS and the state say once a switch is over, asked past the tool. */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { replicaStatus } from '../../actions/mysql/queries';
import type { Side } from '../../actions/ports/mysql-server';
import { servingSide } from '../../actions/state/format';
import { rowsOf, valueOf } from '../mysql/connect';
import type { FaultLab } from './fault-lab';

const PATIENCE_MS = 30_000;
const POLL_MS = 100;

/** What keeps the world from being at rest with the side that the state names serving; waits up to 30 s for nothing. */
export async function unrest(lab: FaultLab): Promise<readonly string[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look(lab);
    if (found.length === 0 || performance.now() > end) return found;
    await sleep(POLL_MS);
  }
}

/** Which sides are not `read_only`. A server that is down takes no writes. */
async function writableSides(lab: FaultLab): Promise<readonly Side[]> {
  const answers = await Promise.all(
    (['blue', 'green'] as const).map(async (side) => {
      try {
        const isOpen = await asPlatform(lab, side, (connection) => valueOf(connection, 'SELECT @@global.read_only'));
        return isOpen === '0' ? [side] : [];
      } catch {
        return [];
      }
    }),
  );
  return answers.flat();
}

export async function asPlatform<T>(
  lab: FaultLab,
  side: Side,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await lab.platform(side);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

async function look(lab: FaultLab): Promise<readonly string[]> {
  const { phase, cutover } = lab.readState();
  const serving = servingSide(phase);
  const following = serving === 'blue' ? 'green' : 'blue';
  const writable = await writableSides(lab);
  const [application, channel, oldChannel] = await Promise.all([
    applicationTarget(lab),
    channelOf(lab, following),
    channelOf(lab, serving),
  ]);
  return [
    ...(cutover ? [`the state holds a switch under way: ${cutover.state}`] : []),
    ...(writable.join() === serving ? [] : [`writes are taken by [${writable.join()}], not by ${serving}`]),
    ...(application === lab.endpointOf(serving) ? [] : [`the application's name leads to ${application}`]),
    ...(channel === 'runs' ? [] : [`the channel of ${following}: ${channel}`]),
    ...(oldChannel === 'none' ? [] : [`${serving} serves and has a channel: ${oldChannel}`]),
  ];
}

async function channelOf(lab: FaultLab, side: Side): Promise<string> {
  try {
    return await asPlatform(lab, side, async (connection) => {
      const query = replicaStatus((await valueOf(connection, 'SELECT VERSION()')) ?? '');
      const rows = await rowsOf(connection, query.sql);
      const status = query.parse(rows as Parameters<typeof query.parse>[0]);
      if (!status) return 'none';
      const runs = status.isReceiving && status.isApplying && status.lastError === undefined;
      return runs ? 'runs' : JSON.stringify(status);
    });
  } catch (error) {
    return String(error);
  }
}

async function applicationTarget({ description }: FaultLab): Promise<string> {
  const resolver = new Resolver();
  resolver.setServers([`${description.dns.host}:${String(description.dns.port)}`]);
  const [target] = await resolver.resolveCname(description.applicationHost);
  return String(target);
}
