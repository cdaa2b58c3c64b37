import type { LedgerWrite, WriterSession } from '../../lab/writers/writer-session';
import { Writer } from '../../lab/writers/writer';

type Answer = 'ok' | 'lost after it was applied' | 'lost before it was applied' | { readonly code: string };

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A server that keeps rows and answers its COMMITs as told, then stops the writer. */
class Server {
  readonly rows = new Map<number, { payload: string; serverUuid: string }>();
  readonly opened: string[] = [];
  serverUuid = 'blue';
  constructor(private readonly answers: Answer[]) {}

  connect(): Promise<WriterSession> {
    this.opened.push(this.serverUuid);
    let pending: LedgerWrite | undefined;
    return Promise.resolve({
      serverUuid: this.serverUuid,
      address: this.serverUuid,
      rollback: () => Promise.resolve(),
      prepare: (write: LedgerWrite) => {
        if (this.rows.has(write.seq)) return Promise.reject(failure('ER_DUP_ENTRY'));
        pending = write;
        return Promise.resolve();
      },
      commit: () => {
        const answer = this.answers.shift() ?? 'ok';
        const isApplied = answer === 'ok' || answer === 'lost after it was applied';
        if (pending !== undefined && isApplied) {
          this.rows.set(pending.seq, { payload: pending.payload, serverUuid: this.serverUuid });
        }
        if (answer === 'ok') return Promise.resolve();
        return Promise.reject(failure(typeof answer === 'string' ? 'PROTOCOL_CONNECTION_LOST' : answer.code));
      },
      find: (_client: number, seq: number) => Promise.resolve(this.rows.get(seq)),
      baseline: () => Promise.resolve({ lastSeq: Math.max(0, ...this.rows.keys()), cents: 7 }),
      close: () => undefined,
    });
  }
}

async function write(server: Server, until: number, stillLeadsTo?: () => Promise<boolean>): Promise<Writer> {
  let clock = 0;
  const writer: Writer = new Writer({
    client: 1,
    kind: 'probe',
    now: () => (clock += 1),
    sleep: () => {
      if (writer.acknowledgements.length >= until || clock > 1000) writer.stop();
      return Promise.resolve();
    },
    pauseMs: 0,
    connect: () => server.connect(),
    ...(stillLeadsTo === undefined ? {} : { stillLeadsTo }),
  });
  await writer.run();
  return writer;
}

const seqs = (writer: Writer) => writer.acknowledgements.map(({ seq, kind }) => [seq, kind]);

test('numbers follow each other, from the first that the table does not have', async () => {
  const server = new Server([]);
  server.rows.set(41, { payload: 'of an earlier run', serverUuid: 'blue' });
  const writer = await write(server, 3);
  expect(seqs(writer)).toEqual([
    [42, 'written'],
    [43, 'written'],
    [44, 'written'],
  ]);
  expect(writer.identity).toEqual({ client: 1, firstSeq: 42, firstCents: 7, kind: 'probe' });
});

test('a COMMIT whose answer was lost is asked for again, and found when it had been applied', async () => {
  const server = new Server(['ok', 'lost after it was applied']);
  const writer = await write(server, 3);
  expect(seqs(writer)).toEqual([
    [1, 'written'],
    [2, 'found'],
    [3, 'written'],
  ]);
  expect(writer.errors.map(({ code }) => code)).toEqual(['PROTOCOL_CONNECTION_LOST']);
  expect(writer.unexpectedDuplicates).toEqual([]);
});

test('a COMMIT whose answer was lost is written again when it had not been applied', async () => {
  const writer = await write(new Server(['lost before it was applied', 'lost before it was applied']), 1);
  expect(writer.acknowledgements[0]).toMatchObject({ seq: 1, kind: 'written', payload: 'client 1 write 1 attempt 3' });
});

test('a refusal because the server is read-only leaves nothing unknown', async () => {
  const server = new Server([{ code: 'ER_OPTION_PREVENTS_STATEMENT' }]);
  const writer = await write(server, 1);
  expect(writer.errors.map(({ code }) => code)).toEqual(['ER_OPTION_PREVENTS_STATEMENT']);
  expect(server.opened).toHaveLength(2);
  expect(server.rows.get(1)?.payload).toBe('client 1 write 1 attempt 2');
  expect(writer.unexpectedDuplicates).toEqual([]);
});

test('a probe keeps the connection of a read-only server while its name leads there, and only then', async () => {
  const refused = () =>
    new Server([{ code: 'ER_OPTION_PREVENTS_STATEMENT' }, { code: 'ER_OPTION_PREVENTS_STATEMENT' }]);
  const [staying, moved, unknown] = [refused(), refused(), refused()];
  expect((await write(staying, 1, () => Promise.resolve(true))).acknowledgements).toHaveLength(1);
  expect((await write(moved, 1, () => Promise.resolve(false))).acknowledgements).toHaveLength(1);
  expect((await write(unknown, 1, () => Promise.reject(failure('ETIMEOUT')))).acknowledgements).toHaveLength(1);
  expect([staying, moved, unknown].map(({ opened }) => opened.length)).toEqual([1, 3, 3]);
});

test('a probe does not keep a connection that was lost', async () => {
  const server = new Server(['lost before it was applied']);
  await write(server, 1, () => Promise.resolve(true));
  expect(server.opened).toHaveLength(2);
});

test('a row that no lost COMMIT explains is reported', async () => {
  const server = new Server([{ code: 'ER_OPTION_PREVENTS_STATEMENT' }]);
  const connect = server.connect.bind(server);
  server.connect = async () => {
    if (server.opened.length === 1) server.rows.set(1, { payload: 'by somebody else', serverUuid: 'green' });
    return connect();
  };
  const writer = await write(server, 1);
  expect(writer.unexpectedDuplicates).toEqual([{ client: 1, seq: 1 }]);
});

test('what is not settled when the writer stops is reported as unknown', async () => {
  const answers = Array.from({ length: 2000 }, () => 'lost before it was applied' as const);
  const writer = await write(new Server(answers), 1);
  expect(writer.acknowledgements).toEqual([]);
  expect(writer.unknown).toMatchObject({ client: 1, seq: 1 });
});
