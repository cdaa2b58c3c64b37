/** What the servers, DNS and the state say, asked past the tool. */
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { replicaStatus, serverIdentity } from '../../../actions/mysql/queries';
import { servingSide, type Phase } from '../../../actions/state/format';
import type { Row, Side } from '../../../actions/ports/mysql-server';
import type { WriterLoad } from '../../../lab/writers/writer-load';
import { readState, type TestLab } from './test-lab';

const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** At rest, everything that a crash could have left wrong. */
export interface Rest {
  readonly phase: Phase;
  /** Of a switch under way. */
  readonly underWay: string | undefined;
  readonly writable: readonly Side[];
  /** Whom the application's name leads to. */
  readonly application: Side | string;
  /** Sides that have a channel, and whether it is up. */
  readonly channels: Readonly<Partial<Record<Side, 'runs' | string>>>;
}

export function restingIn(phase: 'replicating' | 'switched' | 'rolled-back'): Rest {
  const [serving, following]: Side[] = phase === 'switched' ? ['green', 'blue'] : ['blue', 'green'];
  if (!serving || !following) throw new RangeError(phase);
  return { phase, underWay: undefined, writable: [serving], application: serving, channels: { [following]: 'runs' } };
}

/** Asks both servers, DNS and the state file. */
export async function observe(test: TestLab): Promise<Rest> {
  const state = readState(test);
  const [blue, green, application] = await Promise.all([ask(test, 'blue'), ask(test, 'green'), applicationOf(test)]);
  return {
    phase: state.phase,
    underWay: state.cutover?.state,
    writable: [...(blue.isReadOnly ? [] : ['blue' as const]), ...(green.isReadOnly ? [] : ['green' as const])],
    application,
    channels: {
      ...(blue.channel === undefined ? {} : { blue: blue.channel }),
      ...(green.channel === undefined ? {} : { green: green.channel }),
    },
  };
}

/** Resolves when the world rests so; after 30 s fails with the difference. */
export async function expectRest(test: TestLab, rest: Rest): Promise<void> {
  let seen = await observe(test);
  await until(async () => {
    seen = await observe(test);
    return isSame(seen, rest);
  }).catch(() => undefined);
  expect(seen).toEqual(rest);
}

/** Resolves when the application has written anew, and on the side that the state names. Rejects after 30 s. */
export async function expectWrites(test: TestLab, load: WriterLoad): Promise<void> {
  const { phase, facts } = readState(test);
  const before = (await load.progress()).acknowledged;
  await until(async () => {
    const { acknowledged, lastServerUuid } = await load.progress();
    return acknowledged >= before + 40 && lastServerUuid === facts[servingSide(phase)]?.serverUuid;
  }, 'the application writing');
}

/** Polls a condition. Rejects after 30 s. */
export async function until(holds: () => Promise<boolean> | boolean, what = 'the condition'): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come true within ${String(PATIENCE_MS)} ms`);
    await sleep(POLL_MS);
  }
}

export function endpointOf(test: TestLab, side: Side): string {
  if (side === 'blue') return test.lab.blue.endpoint;
  const { green } = readState(test).facts;
  if (!green) throw new Error('green is not known yet');
  return green.endpoint;
}

/** What the lab's DNS says. */
export async function addressOf(test: TestLab, host: string): Promise<string> {
  const [address] = await resolverOf(test).resolve4(host);
  return address ?? '';
}

/** A session of the master user through the endpoint of a side. End it with `destroy`. */
export async function connectAsMaster(test: TestLab, side: Side): Promise<Connection> {
  const host = endpointOf(test, side);
  const options = {
    host: await addressOf(test, host),
    port: test.lab.port,
    ...test.lab.users.master,
    ssl: { ca: readFileSync(test.lab.caFile, 'utf8'), servername: host },
  };
  return createConnection(options as Parameters<typeof createConnection>[0]);
}

/** Seconds that the channel of a side is behind; undefined when it does not run. */
export async function lagOf(test: TestLab, side: Side): Promise<number | undefined> {
  return (await ask(test, side)).lagSeconds;
}

async function ask(
  test: TestLab,
  side: Side,
): Promise<{ isReadOnly: boolean; channel: string | undefined; lagSeconds: number | undefined }> {
  const connection = await connectAsMaster(test, side);
  const rowsOf = async (sql: string): Promise<readonly Row[]> => (await connection.query<RowDataPacket[]>(sql))[0];
  try {
    const version = String((await rowsOf('SELECT VERSION() AS version'))[0]?.['version']);
    const identity = serverIdentity();
    const { isReadOnly } = identity.parse(await rowsOf(identity.sql));
    const query = replicaStatus(version);
    const status = query.parse(await rowsOf(query.sql));
    const runs = status?.isReceiving === true && status.isApplying && status.lastError === undefined;
    return {
      isReadOnly,
      channel: status && (runs ? 'runs' : JSON.stringify(status)),
      lagSeconds: status?.lagSeconds,
    };
  } finally {
    connection.destroy();
  }
}

async function applicationOf(test: TestLab): Promise<Side | string> {
  const [target] = await resolverOf(test).resolveCname(test.lab.applicationHost);
  return (['blue', 'green'] as const).find((side) => endpointOf(test, side) === target) ?? String(target);
}

function resolverOf({ lab }: TestLab): Resolver {
  const resolver = new Resolver();
  resolver.setServers([`${lab.dns.host}:${String(lab.dns.port)}`]);
  return resolver;
}

function isSame(one: Rest, two: Rest): boolean {
  const told = ({ phase, underWay, writable, application, channels }: Rest): string =>
    JSON.stringify([phase, underWay, writable, application, channels]);
  return told(one) === told(two);
}
