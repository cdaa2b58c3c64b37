import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Relay, type RelayOptions } from '../../lab/network/relay';

const HOST = '127.0.0.1';

let echo: Server;
let echoPort: number;
let relay: Relay;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, HOST);
  await once(echo, 'listening');
  echoPort = (echo.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await relay.close();
  echo.close();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

let listenPort: number;

async function openRelay(options: Partial<RelayOptions> = {}): Promise<void> {
  listenPort = await freePort();
  relay = await Relay.open({
    listen: { host: HOST, port: listenPort },
    backend: () => ({ host: HOST, port: echoPort }),
    isAdmitted: () => true,
    denied: 'hang',
    ...options,
  });
}

async function client(): Promise<Socket> {
  const socket = connect(listenPort, HOST);
  clients.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let answer = '';
  while (answer.length < text.length) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString();
  }
  return answer;
}

async function resetAtOnce(): Promise<void> {
  const socket = connect(listenPort, HOST);
  await new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
}

function silence(socket: Socket, forMs: number): Promise<'silent' | 'spoke' | 'closed'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve('silent');
    }, forMs);
    const stop = (outcome: 'spoke' | 'closed') => () => {
      clearTimeout(timer);
      resolve(outcome);
    };
    socket.once('data', stop('spoke'));
    socket.once('close', stop('closed'));
  });
}

test('an admitted client talks to the server behind the relay', async () => {
  await openRelay();
  const socket = await client();
  expect(await echoed(socket, 'select 1')).toBe('select 1');
  expect(relay.status()).toMatchObject({ accepted: 1, denied: 0, open: 1, bytesToBackend: 8, bytesToClient: 8 });
});

test('megabytes arrive whole and in order, also while they are delayed', async () => {
  await openRelay();
  const socket = await client();
  const text = Array.from({ length: 400_000 }, (_, line) => String(line)).join('\n');
  const answer = echoed(socket, text);
  relay.delay(2);
  expect((await answer) === text).toBe(true);
});

test('a denied client hears nothing until it gives up', async () => {
  await openRelay({ isAdmitted: () => false });
  const socket = await client();
  socket.write('hello');
  expect(await silence(socket, 50)).toBe('silent');
  expect(relay.status()).toMatchObject({ accepted: 0, denied: 1, open: 0 });
});

test('a client that still waits when its rule appears is let in, and nothing it said is lost', async () => {
  let isAllowed = false;
  await openRelay({ isAdmitted: () => isAllowed });
  const socket = await client();
  socket.write('hel');
  expect(await silence(socket, 50)).toBe('silent');
  isAllowed = true;
  expect(await echoed(socket, 'lo')).toBe('hello');
  expect(relay.status()).toMatchObject({ accepted: 1, denied: 1, open: 1 });
});

test('a denied client that gives up is forgotten', async () => {
  let asked = 0;
  await openRelay({ isAdmitted: () => (asked += 1) > 1 });
  const socket = await client();
  socket.end();
  await new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([asked, relay.status().accepted]).toEqual([1, 0]);
});

test('a denied client is reset where the relay is told so', async () => {
  await openRelay({ isAdmitted: () => false, denied: 'reset' });
  await resetAtOnce();
  expect(relay.status()).toMatchObject({ accepted: 0, denied: 1, open: 0 });
});

test('a connection that was admitted survives the removal of the rule', async () => {
  let isAllowed = true;
  await openRelay({ isAdmitted: () => isAllowed });
  const old = await client();
  await echoed(old, 'a');
  isAllowed = false;
  const late = await client();
  expect(await silence(late, 50)).toBe('silent');
  expect(await echoed(old, 'b')).toBe('b');
});

test('delay is added in each direction', async () => {
  await openRelay();
  const socket = await client();
  relay.delay(30);
  const before = performance.now();
  await echoed(socket, 'x');
  expect(performance.now() - before).toBeGreaterThanOrEqual(59);
});

test('frozen bytes wait and arrive when the relay is healed', async () => {
  await openRelay();
  const socket = await client();
  await echoed(socket, 'a');
  relay.freeze();
  const answer = echoed(socket, 'b');
  expect(await Promise.race([answer, silence(socket, 50)])).toBe('silent');
  relay.heal();
  expect(await answer).toBe('b');
});

test('bytes in a black hole never arrive, and healing resets the connections that lost some', async () => {
  await openRelay();
  const hurt = await client();
  const quiet = await client();
  await echoed(hurt, 'a');
  await echoed(quiet, 'a');
  relay.blackhole();
  hurt.write('lost');
  expect(await silence(hurt, 50)).toBe('silent');
  relay.heal();
  expect(await silence(hurt, 2000)).toBe('closed');
  expect(await echoed(quiet, 'b')).toBe('b');
  expect(relay.status()).toMatchObject({ cut: 1, open: 1 });
});

test('cut resets every connection and lets new ones in', async () => {
  await openRelay();
  const first = await client();
  await echoed(first, 'a');
  expect(relay.cut()).toBe(1);
  expect(await silence(first, 2000)).toBe('closed');
  expect(await echoed(await client(), 'b')).toBe('b');
});

test.each(['to-backend', 'to-client'] as const)(
  'a connection severed %s is reset in place of its next bytes',
  async (direction) => {
    await openRelay();
    const socket = await client();
    await echoed(socket, 'a');
    const { bytesToBackend } = relay.status();
    relay.severNext({ direction });
    socket.write('b');
    expect(await silence(socket, 2000)).toBe('closed');
    // Whether the server had heard of it is the difference.
    expect(relay.status().bytesToBackend - bytesToBackend).toBe(direction === 'to-client' ? 1 : 0);
    relay.heal();
    expect(await echoed(await client(), 'c')).toBe('c');
  },
);

test('a fault may befall one client only, and one direction only', async () => {
  await openRelay();
  const socket = await client();
  relay.freeze({ client: '127.0.0.77' });
  expect(await echoed(socket, 'a')).toBe('a');
  relay.freeze({ client: '127.0.0.1', direction: 'to-client' });
  socket.write('b');
  expect(await silence(socket, 60)).toBe('silent');
  expect(relay.status()).toMatchObject({ bytesToBackend: 2, bytesToClient: 1, isFrozen: true });
  relay.heal();
  expect(await silence(socket, 2000)).toBe('spoke');
});

test('a client of a stopped server is reset, and so is one whose server refuses', async () => {
  const backends = [undefined, { host: HOST, port: await freePort() }];
  await openRelay({ backend: () => backends.shift() });
  await resetAtOnce();
  await resetAtOnce();
  expect(backends).toEqual([]);
  expect(relay.status()).toMatchObject({ refused: 2, open: 0 });
});

test('the end of a connection reaches the other side', async () => {
  await openRelay();
  const socket = await client();
  await echoed(socket, 'a');
  socket.end();
  await once(socket, 'close');
  while (relay.status().open > 0) await new Promise(setImmediate);
  expect(relay.status().open).toBe(0);
});
