/** The MySQL adapter against real servers. Needs what `node bootstrap/fetch-mysql.js` fetches; without it this fails. */
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { OutcomeUnknownError, UpgradeError } from '../../actions/engine/errors';
import type { MysqlConnector, MysqlServer, Row } from '../../actions/ports/mysql-server';
import {
  freePort,
  limits,
  MASTER,
  OTHER_HOST,
  query,
  startRealServer,
  statement,
  type RealServer,
} from './mysql-server.fixture';

const SLEEPERS =
  "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%SLEEP(3_)%' AND id <> CONNECTION_ID()";

describe.each(['5.7', '9.x'] as const)('MySQL %s through the adapter', (series) => {
  let real: RealServer;
  let connector: MysqlConnector;
  let server: MysqlServer;

  beforeAll(async () => {
    real = await startRealServer(series);
  }, 120_000);
  afterAll(async () => {
    await real?.stop();
  }, 90_000);
  beforeEach(async () => {
    connector = real.connector();
    server = await connector.connect('blue');
  });
  afterEach(async () => {
    await connector.close();
  });

  const one = async (sql: string): Promise<Row> => (await server.read(query(sql), limits(5_000)))[0] ?? {};
  const sleepers = async (): Promise<number> => Number((await real.asRoot(SLEEPERS))[0]?.['n']);

  it('reports the version that the server reports', async () => {
    expect(server.version).toBe((await one('SELECT VERSION() AS version'))['version']);
    expect(server.version).toMatch(series === '5.7' ? /^5\.7\./ : /^9\./);
  });

  it('gives every session the same settings, whatever the parameter groups say', async () => {
    const settings =
      'SELECT @@collation_connection AS collation, @@autocommit AS autocommit, @@lock_wait_timeout AS lockWait, ' +
      '@@max_execution_time AS maxTime, @@time_zone AS zone, @@sql_mode AS mode';
    const expected = {
      collation: 'utf8mb4_general_ci',
      autocommit: 1,
      lockWait: 5,
      maxTime: 0,
      zone: '+00:00',
      mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
    };
    const session = await server.openSession();
    expect(await one(settings)).toEqual(expected);
    expect(await session.read(query(settings), limits(5_000))).toEqual([expected]);
    await session.close();
  });

  it('answers in texts and exact numbers', async () => {
    const row = await one(
      "SELECT 18446744073709551615 AS big, 42 AS small, 1.50 AS fixed, NULL AS nothing, x'616263' AS bytes, " +
        "CAST('{\"a\": 1}' AS JSON) AS json, CAST('2026-11-20 12:00:00' AS DATETIME) AS time, 'é€😀' AS text",
    );
    expect(row).toEqual({
      big: '18446744073709551615',
      small: 42,
      fixed: '1.50',
      nothing: null,
      bytes: 'abc',
      json: '{"a": 1}',
      time: '2026-11-20 12:00:00',
      text: 'é€😀',
    });
  });

  it('binds values so that they cannot end their quotes', async () => {
    const nasty = `it's "quoted" \\ and -- \0 over`;
    expect(await server.read(query('SELECT ? AS v, ? AS n', [nasty, null]), limits(5_000))).toEqual([
      { v: nasty, n: null },
    ]);
  });

  it('commits what it runs, also where the server begins transactions by itself', async () => {
    await server.run(statement('CREATE DATABASE IF NOT EXISTS contract'), limits(5_000));
    await server.run(statement('CREATE TABLE IF NOT EXISTS contract.t (id INT PRIMARY KEY)'), limits(5_000));
    await server.run(statement('INSERT INTO contract.t VALUES (?)', [7]), limits(5_000));
    expect(await real.asRoot('SELECT id FROM contract.t')).toEqual([{ id: 7 }]);
    await server.run(statement('DROP DATABASE contract'), limits(5_000));
  });

  it('does not let a long wait keep another call from the server', async () => {
    const order: string[] = [];
    await Promise.all([
      server.read(query('SELECT SLEEP(1)'), limits(5_000)).then(() => order.push('wait')),
      server.read(query('SELECT 1'), limits(5_000)).then(() => order.push('question')),
    ]);
    expect(order).toEqual(['question', 'wait']);
  });

  it('ends a question at its deadline, kills it on the server and stays usable', async () => {
    const error = await rejection(server.read(query('SELECT SLEEP(31)'), limits(300)));
    expect(error).toMatchObject({ code: 'mysql-timeout', source: 'mysql', retryable: true });
    expect(await sleepers()).toBe(0);
    expect(await one('SELECT 1 AS alive')).toEqual({ alive: 1 });
  });

  it('calls the outcome of a statement unknown when its deadline passes, and kills the statement', async () => {
    const start = performance.now();
    const error = await rejection(server.run(statement('DO SLEEP(32)'), limits(300)));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(await sleepers()).toBe(0);
    await server.run(statement('DO 1'), limits(5_000));
  });

  it('counts the time in the queue, and knows that what never left it was not done', async () => {
    const session = await server.openSession();
    const long = session.read(query('SELECT SLEEP(1)'), limits(5_000));
    const start = performance.now();
    const error = await rejection(session.run(statement('DO 1'), limits(200)));
    expect(performance.now() - start).toBeLessThan(800);
    expect(error).toMatchObject({ code: 'mysql-timeout' });
    let isLongDone = false;
    void long.then(() => (isLongDone = true));
    await session.read(query('SELECT 1'), limits(5_000));
    expect(isLongDone).toBe(true);
    await session.close();
  });

  it('calls the outcome unknown when a statement is interrupted by its signal', async () => {
    const abort = new AbortController();
    const running = rejection(server.run(statement('DO SLEEP(33)'), limits(20_000, abort.signal)));
    await until(async () => (await sleepers()) === 1);
    abort.abort(new Error('Ctrl-C'));
    expect(await running).toBeInstanceOf(OutcomeUnknownError);
    expect(await sleepers()).toBe(0);
  });

  it('sends nothing when its signal is aborted already', async () => {
    const reason = new Error('Ctrl-C');
    await expect(server.run(statement('DO 1'), limits(5_000, AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  it('opens a new connection when the old one was lost before the call', async () => {
    for (const id of server.ownConnectionIds()) await real.asRoot(`KILL ${id}`);
    await sleep(50);
    await server.run(statement('DO 1'), limits(5_000));
    expect(await one('SELECT 1 AS alive')).toEqual({ alive: 1 });
  });

  it('asks once more when the connection is lost during a question', async () => {
    const answer = server.read(query('SELECT SLEEP(1) AS s'), limits(10_000));
    await killWhatRuns('SELECT SLEEP(1) AS s');
    expect(await answer).toEqual([{ s: 0 }]);
  });

  it('does not repeat a statement whose connection was lost', async () => {
    const outcome = rejection(server.run(statement('DO SLEEP(34)'), limits(10_000)));
    await killWhatRuns('DO SLEEP(34)');
    expect(await outcome).toBeInstanceOf(OutcomeUnknownError);
  });

  it('does not replace a session that may have held locks', async () => {
    const session = await server.openSession();
    await session.read(query("SELECT GET_LOCK('contract', 0)"), limits(5_000));
    await real.asRoot(`KILL ${await session.connectionId()}`);
    await sleep(50);
    const error = await rejection(session.run(statement('DO 1'), limits(5_000)));
    expect(error).toMatchObject({ code: 'mysql-session-lost' });
    await session.close();
  });

  it('notices a server that froze without a word', async () => {
    kill(real.pid, 'SIGSTOP');
    try {
      const start = performance.now();
      const [statementError, questionError] = await Promise.all([
        rejection(server.run(statement('DO 1'), limits(400))),
        rejection(server.read(query('SELECT 1'), limits(400))),
      ]);
      expect(statementError).toBeInstanceOf(OutcomeUnknownError);
      expect(questionError).toMatchObject({ code: 'mysql-timeout' });
      expect(performance.now() - start).toBeLessThan(1_500);
    } finally {
      kill(real.pid, 'SIGCONT');
    }
    expect(await one('SELECT 1 AS alive')).toEqual({ alive: 1 });
  });

  it('knows its own connections, those of sessions too', async () => {
    const session = await server.openSession();
    const open = await real.asRoot("SELECT id FROM information_schema.processlist WHERE user = 'admin'");
    expect([...server.ownConnectionIds()].sort()).toEqual(open.map(({ id }) => Number(id)).sort());
    expect(server.ownConnectionIds()).toContain(await session.connectionId());
    await session.close();
    await until(async () => server.ownConnectionIds().length === 2);
  });

  it('gives up a statement that waits for a lock after five seconds', async () => {
    const holder = await server.openSession();
    await server.run(statement('CREATE DATABASE IF NOT EXISTS contract'), limits(5_000));
    await server.run(statement('CREATE TABLE IF NOT EXISTS contract.locked (id INT PRIMARY KEY)'), limits(5_000));
    await holder.run(statement('START TRANSACTION'), limits(5_000));
    await holder.read(query('SELECT * FROM contract.locked'), limits(5_000));
    const error = await rejection(server.run(statement('DROP TABLE contract.locked'), limits(10_000)));
    expect(error).toMatchObject({ code: 'mysql-1205', retryable: true });
    await holder.close();
    await server.run(statement('DROP DATABASE contract'), limits(5_000));
  });

  describe('errors', () => {
    it('name the statement, what MySQL says and what to do', async () => {
      const error = await rejection(server.run(statement('SET GLOBAL read_only = 1'), limits(5_000)));
      expect(error).toMatchObject({ code: 'mysql-1227', source: 'mysql', retryable: false });
      expect(error.message).toBe('blue refused test-statement: MySQL error 1227 ER_SPECIFIC_ACCESS_DENIED_ERROR');
      expect(error.hint).toMatch(/MySQL says: Access denied; you need .*SUPER.* Use the master user of the cluster/);
    });

    it('hold no secret, wherever MySQL quotes the statement', async () => {
      const broken = statement("CREATE USER 'x'@'%' IDENTIFIED BY ? BY ?", ['one', 'hunter2hunter2'], [0, 1]);
      const quoted = statement('SELECT * FROM nowhere.?', ['hunter2hunter2'], [0]);
      const named = statement('DROP USER ?@?', ['hunter2hunter2', '%'], [0]);
      for (const each of [broken, quoted, named]) {
        const error = await rejection(server.run(each, limits(5_000)));
        expect(error.code).toMatch(/^mysql-\d+$/);
        expect(everythingIn(error)).not.toMatch(/hunter2|unter2h/);
      }
    });

    it('hold no password of a login that was refused', async () => {
      const error = await rejection(real.connector({ password: 'hunter2hunter2' }).connect('blue'));
      expect(error).toMatchObject({ code: 'mysql-1045' });
      expect(everythingIn(error)).not.toContain('hunter2');
    });

    it('say that a certificate is not trusted, and where to name another authority', async () => {
      const wrongAuthority = await rejection(real.connector({ trust: 'stranger' }).connect('blue'));
      expect(wrongAuthority).toMatchObject({ code: 'mysql-tls' });
      expect(wrongAuthority.hint).toContain('network.caFile');
      const amazonOnly = await rejection(real.connector({ trust: 'amazon' }).connect('blue'));
      expect(amazonOnly).toMatchObject({ code: 'mysql-tls' });
      const wrongName = await rejection(real.connector({ host: OTHER_HOST }).connect('blue'));
      expect(wrongName).toMatchObject({ code: 'mysql-tls' });
      expect(wrongName.hint).toContain(OTHER_HOST);
    });

    it('say what to check when nothing answers', async () => {
      const error = await rejection(real.connector({ port: await freePort() }).connect('blue'));
      expect(error).toMatchObject({ code: 'mysql-unreachable', retryable: true });
      expect(error.hint).toMatch(/ECONNREFUSED.*security group/);
      const unnamed = await rejection(real.connector({ host: 'nowhere.lab.internal' }).connect('blue'));
      expect(unnamed).toMatchObject({ code: 'mysql-unreachable' });
      expect(unnamed.hint).toContain('network.dnsServers');
    });
  });

  describe('a trial login', () => {
    const account = { user: 'app', password: 'right' };
    beforeAll(() => real.asRoot("CREATE USER 'app'@'%' IDENTIFIED BY 'right'"));

    it('tells accepted, refused and unreachable apart', async () => {
      expect(await connector.tryLogin('blue', account)).toBe('accepted');
      expect(await connector.tryLogin('blue', { ...account, password: 'wrong' })).toBe('refused');
      expect(await real.connector({ port: await freePort() }).tryLogin('blue', account)).toBe('unreachable');
      await real.asRoot("ALTER USER 'app'@'%' ACCOUNT LOCK");
      expect(await connector.tryLogin('blue', account)).toBe('refused');
      await real.asRoot("ALTER USER 'app'@'%' ACCOUNT UNLOCK");
    });

    it('can become a session of that account', async () => {
      const session = await connector.openSessionAs('blue', account);
      expect(await session.read(query('SELECT CURRENT_USER() AS me'), limits(5_000))).toEqual([{ me: 'app@%' }]);
      await session.close();
    });
  });

  it('uses the credentials of blue for green when green has none of its own', async () => {
    expect(await connector.masterCredentials('green')).toEqual(MASTER);
  });

  /** Until the statement runs, then kills its connection, as an operator or a failover would. */
  async function killWhatRuns(sql: string): Promise<void> {
    const find = `SELECT id FROM information_schema.processlist WHERE info = '${sql}'`;
    await until(async () => (await real.asRoot(find)).length === 1);
    await real.asRoot(`KILL ${(await real.asRoot(find))[0]?.['id'] ?? ''}`);
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it never became true');
    await sleep(10);
  }
}

async function rejection(work: Promise<unknown>): Promise<UpgradeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function everythingIn(error: UpgradeError): string {
  return JSON.stringify([error.message, error.hint, error.stack, error.cause, Object.entries(error)]);
}
