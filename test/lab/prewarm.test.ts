/** `prewarm` and `replay` between real servers of two majors: what they run, what they find, what they leave behind. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ClusterFolders } from '../../lab/mysql/cluster-folder';
import { withServer } from '../../lab/mysql/connect';
import { serverFiles } from '../../lab/mysql/server-options';
import { closeTestLab, openReplicatingLab, run, start, variantOf, type TestLab } from './support/test-lab';
import { errorOf, type ToolRun } from './support/tool';
import { connectAsMaster, expectRest, restingIn, until } from './support/world';

jest.setTimeout(180_000);

const SECRET = 'personal-4711';

let lab: TestLab;
let blue: Connection;

beforeAll(async () => {
  lab = await openReplicatingLab('57-97');
  blue = await connectAsMaster(lab, 'blue');
  await blue.query('USE shop');
  await blue.query(
    `CREATE TABLE visit (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, customer INT, note VARCHAR(200), total DECIMAL(9,2), f DOUBLE,
       KEY by_customer (customer), FULLTEXT KEY words (note))`,
  );
  await blue.query(
    `INSERT INTO visit (customer, note, total, f) SELECT NULLIF(a.id MOD 300, 7), CONCAT('n', a.id), a.id / 7, a.id / 3e0
       FROM customers a LIMIT 3000`,
  );
});

afterAll(async () => {
  blue.destroy();
  await closeTestLab(lab);
});

async function onGreen(work: (green: Connection) => Promise<void>): Promise<void> {
  const folders = new ClusterFolders(lab.lab.dir);
  const { socket } = serverFiles(folders.folderOf(lab.lab.green.clusterId));
  await withServer(socket, folders.platform(), work);
}

function fileOf(name: string, statements: readonly string[]): string {
  const file = join(lab.lab.dir, name);
  writeFileSync(file, statements.map((one) => `${one};\n`).join(''));
  return file;
}

function result<T>(ended: ToolRun, type: 'prewarm' | 'replay'): T {
  const found = ended.objects.find((object) => object.type === type);
  if (!found) throw new Error(`no ${type} (${ended.exitCode}): ${ended.stdout}${ended.stderr}`);
  return found as unknown as T;
}

interface PrewarmTold {
  readonly sample: { readonly digests: number; readonly sampled: number; readonly share: number };
  readonly reads: readonly { readonly fingerprint: string; readonly texts: number }[];
  readonly notSampled: readonly { readonly fingerprint: string; readonly reason: string }[];
  readonly instances: readonly {
    readonly id: string;
    readonly ended: string;
    readonly executions: number;
    readonly before: { readonly pagesWithData: number } | null;
    readonly after: { readonly pagesWithData: number; readonly medianMs: number } | null;
    readonly preload: readonly { readonly table: string; readonly index: string; readonly outcome: string }[];
  }[];
}

interface ReplayTold {
  readonly reads: readonly {
    readonly id: string;
    readonly fingerprint: string;
    readonly verdict: string;
    readonly remarks: readonly string[];
    readonly plans?: Readonly<Record<'from' | 'to', readonly { readonly table: string; readonly key: string }[]>>;
  }[];
}

const verdicts = (ended: ToolRun): Readonly<Record<string, string>> =>
  Object.fromEntries(
    result<ReplayTold>(ended, 'replay').reads.map(({ fingerprint, verdict }) => [fingerprint, verdict]),
  );

test('what blue runs is run on green, read-only, and no value of it is told', async () => {
  const session = await connectAsMaster(lab, 'blue');
  await session.query('USE shop');
  for (const n of [1, 2, 3]) await session.query(`SELECT note FROM visit WHERE id = ${n} AND note <> '${SECRET}'`);
  await session.query('SELECT COUNT(*) FROM visit WHERE customer = 5 FOR UPDATE');
  await session.execute('SELECT f FROM visit WHERE id = ?', [4711]);
  const config = variantOf(lab, 'preload.yaml', (text) =>
    text.replace('endpoints:', 'prewarm:\n  tables: [shop.visit]\nendpoints:'),
  );
  let ended: ToolRun | undefined;
  let sent: readonly string[] = [];
  await onGreen(async (green) => {
    await green.query("SET GLOBAL log_output = 'TABLE'");
    await green.query('SET GLOBAL general_log = ON');
    ended = await run(lab, ['prewarm', '--config', config, '--for', '20s', '--connections', '2']);
    await green.query('SET GLOBAL general_log = OFF');
    const [rows] = await green.query<RowDataPacket[]>(
      "SELECT CONVERT(argument USING utf8mb4) AS sql_text FROM mysql.general_log WHERE command_type = 'Query' AND user_host LIKE ?",
      [`${lab.lab.users.master.user}[%`],
    );
    sent = rows.map((row) => String(row['sql_text']));
  });
  session.destroy();
  if (!ended) throw new Error('it was not run');
  const told = result<PrewarmTold>(ended, 'prewarm');
  expect(ended.exitCode).toBe(0);
  expect(told.reads).toMatchObject([{ fingerprint: 'select note from visit where id = ? and note != ?', texts: 3 }]);
  expect(told.notSampled).toContainEqual(
    expect.objectContaining({
      fingerprint: 'select count(*) from visit where customer = ? for update',
      reason: 'it locks rows',
    }),
  );
  expect(told.sample.sampled).toBe(1);
  expect(told.sample.share).toBeGreaterThan(0);
  expect(told.instances[0]?.id).toBe('orders-green-1');
  expect(told.instances.filter((one) => one.ended !== 'warm')).toEqual([]);
  expect(told.instances[0]?.preload.map(({ index, outcome }) => `${index} ${outcome}`).toSorted()).toEqual([
    'FTS_DOC_ID_INDEX failed',
    'PRIMARY read',
    'by_customer read',
  ]);

  // Each statement of the application stands in a transaction that is read-only, and nothing else than reads was sent.
  const own = sent.filter((sql) => sql.includes(SECRET));
  expect(own.length).toBeGreaterThanOrEqual(6);
  expect(sent.filter((sql) => sql === 'START TRANSACTION READ ONLY').length).toBe(own.length);
  // And none of these is left open while the next statement waits.
  expect(sent.filter((sql) => sql === 'COMMIT').length).toBe(own.length);
  expect(
    sent.filter((sql) => !/^(SELECT|SHOW|SET SESSION|USE|START TRANSACTION READ ONLY|COMMIT)\b/.test(sql)),
  ).toEqual([]);

  const reports = join(lab.lab.dir, '.aurora-cutover', 'reports');
  const files = readdirSync(reports).filter((name) => name.includes('prewarm'));
  expect(files.map((name) => name.replace(/.*\./, '')).toSorted()).toEqual(['html', 'json', 'md']);
  for (const name of files) expect(readFileSync(join(reports, name), 'utf8')).not.toContain(SECRET);
  expect(ended.stdout + ended.stderr).not.toContain(SECRET);
});

test('green is told apart by rows, warnings, errors and an order of magnitude of time', async () => {
  await onGreen(async (green) => {
    await green.query('SET SESSION sql_log_bin = 0');
    await green.query('ALTER TABLE shop.visit DROP INDEX by_customer');
    await green.query("UPDATE shop.visit SET note = 'other' WHERE id = 11");
  });
  const file = fileOf('replay.sql', [
    'USE shop',
    `SELECT f, f * 3, total / 7, note FROM visit WHERE id < 10 AND note <> '${SECRET}'`,
    'SELECT note FROM visit WHERE id BETWEEN 10 AND 12',
    'SELECT id, rank FROM (SELECT 1 AS id, 2 AS rank FROM visit LIMIT 1) x',
    'SELECT 1 FROM nowhere',
    'SELECT COUNT(*) FROM visit a WHERE (SELECT COUNT(*) FROM visit b WHERE b.customer = a.customer AND b.id <= a.id) > 100000 AND a.id < 400',
    'SELECT note FROM visit LIMIT 3',
    'SELECT RAND() FROM visit WHERE id = 1',
    'SELECT NOW(), COUNT(*) FROM visit',
    'DELETE FROM visit',
    'SELECT SLEEP(100) FROM visit',
  ]);
  const ended = await run(lab, ['replay', '--file', file]);
  expect(ended.exitCode).toBe(3);
  expect(verdicts(ended)).toEqual({
    'select f, f * ?, total / ?, note from visit where id < ? and note != ?': 'same',
    'select note from visit where id between ? and ?': 'differs',
    'select id, rank from (select ? as id, ? as rank from visit limit ?) x': 'new-error',
    'select ? from nowhere': 'both-error',
    'select count(*) from visit a where (select count(*) from visit b where b.customer = a.customer and b.id <= a.id) > ? and a.id < ?':
      'slower',
    'select note from visit limit ?': 'same',
    'select rand() from visit where id = ?': 'same',
    'select now(), count(*) from visit': 'same',
  });
  const { reads } = result<ReplayTold>(ended, 'replay');
  const slow = reads.find(({ verdict }) => verdict === 'slower');
  const inner = (side: 'from' | 'to'): string | undefined =>
    slow?.plans?.[side].find(({ table }) => table === 'b')?.key;
  expect([inner('from'), inner('to')]).not.toEqual([inner('to'), inner('from')]);
  expect(ended.stdout).not.toContain(SECRET);

  const ids = reads.flatMap(({ id, verdict }) => (['differs', 'new-error', 'slower'].includes(verdict) ? [id] : []));
  const accepting = variantOf(lab, 'accepted.yaml', (text) =>
    text.replace('endpoints:', `replay:\n  accepted: [${ids.map((id) => `'${id}'`).join(', ')}]\nendpoints:`),
  );
  const differing = fileOf('differing.sql', ['USE shop', 'SELECT note FROM visit WHERE id BETWEEN 10 AND 12']);
  const accepted = await run(lab, ['replay', '--config', accepting, '--file', differing]);
  expect([accepted.exitCode, Object.values(verdicts(accepted))]).toEqual([0, ['differs']]);
});

test('while blue takes writes, nothing is said to differ', async () => {
  const stop = new AbortController();
  const writer = await connectAsMaster(lab, 'blue');
  const writing = (async () => {
    while (!stop.signal.aborted) await writer.query('UPDATE shop.visit SET total = total + 1 WHERE id MOD 50 = 0');
  })();
  try {
    const file = fileOf('moving.sql', [
      'SELECT SUM(total) FROM shop.visit',
      'SELECT id, total FROM shop.visit WHERE id < 200',
      'SELECT total FROM shop.visit WHERE id BETWEEN 1 AND 40',
    ]);
    const found = verdicts(await run(lab, ['replay', '--file', file]));
    expect(Object.keys(found)).toHaveLength(3);
    expect(Object.values(found).filter((verdict) => !['same', 'unsettled'].includes(verdict))).toEqual([]);
    // Of the rows that stand still.
    expect(Object.values(found)).toContain('same');
  } finally {
    stop.abort();
    await writing;
    writer.destroy();
  }
});

test('Ctrl-C ends the statement on the server, and the report says what was done', async () => {
  const endless =
    'SELECT COUNT(*) FROM shop.visit a JOIN shop.visit b ON a.note > b.note JOIN shop.visit c ON b.note > c.note';
  const file = fileOf('endless.sql', [endless]);
  await onGreen(async (green) => {
    const running = async (): Promise<boolean> => {
      const [rows] = await green.query<RowDataPacket[]>(
        'SELECT ID FROM information_schema.processlist WHERE INFO = ? AND ID <> CONNECTION_ID()',
        [endless],
      );
      return rows.length > 0;
    };
    const tool = start(lab, ['prewarm', '--no-readers', '--file', file]);
    await until(running, 'the statement running on green');
    tool.kill('SIGINT');
    const ended = await tool.done;
    expect(ended.exitCode).toBe(130);
    expect(result<PrewarmTold>(ended, 'prewarm').instances).toMatchObject([{ ended: 'interrupted' }]);
    await until(async () => !(await running()), 'the end of the statement on green');
  });
});

test('without a text that can be run it says what to do, and nothing of a run is left behind', async () => {
  const nothing = fileOf('nothing.sql', ['DELETE FROM shop.visit', 'SELECT 1']);
  const refused = errorOf(await run(lab, ['replay', '--file', nothing]));
  expect(refused).toMatchObject({ code: 'reads-none' });
  expect(refused.hint).toContain('--listen');
  await expectRest(lab, restingIn('replicating'));
});
