/** `verify` between real servers of two majors: what it finds, what it does not, under writes and after a kill. */
import { readFileSync } from 'node:fs';
import type { Connection } from 'mysql2/promise';
import { ClusterFolders } from '../../lab/mysql/cluster-folder';
import { withServer } from '../../lab/mysql/connect';
import { serverFiles } from '../../lab/mysql/server-options';
import {
  closeTestLab,
  openReplicatingLab,
  run,
  start,
  startWriters,
  variantOf,
  type TestLab,
} from './support/test-lab';
import { errorOf, type Told, type ToolRun } from './support/tool';
import { connectAsMaster, expectRest, restingIn } from './support/world';
import { CORRUPTIONS, SWAPPED, TABLES } from './verify.fixture';

jest.setTimeout(180_000);

let lab: TestLab;
let blue: Connection;

beforeAll(async () => {
  lab = await openReplicatingLab('57-97');
  blue = await connectAsMaster(lab, 'blue');
  await blue.query("SET SESSION time_zone = '+00:00'");
  for (const sql of TABLES) await blue.query(sql);
});

afterAll(async () => {
  blue.destroy();
  await closeTestLab(lab);
});

interface TableTold {
  readonly table: string;
  readonly verdict: string;
  readonly method: string;
  readonly reason?: string;
  readonly rows: number;
  readonly differences: readonly {
    readonly key: string;
    readonly is: string;
    readonly values?: readonly { readonly column: string }[];
  }[];
}

function verification(ended: ToolRun): {
  readonly begunAt: string;
  readonly isComplete: boolean;
  readonly tables: readonly TableTold[];
} {
  const found = ended.objects.find(({ type }) => type === 'verification');
  if (!found) throw new Error(`no verification: ${ended.stdout}${ended.stderr}`);
  return found as unknown as ReturnType<typeof verification>;
}

const withoutDifference = (ended: ToolRun): readonly Told[] =>
  verification(ended).tables.flatMap(({ verdict, ...rest }) => (verdict === 'verified' ? [] : [{ verdict, ...rest }]));

test('while applications write, nothing is said to differ, every key serves, and replication goes on', async () => {
  const load = await startWriters(lab, 4);
  const churn = churnOn(await connectAsMaster(lab, 'blue'));
  const end = Date.now() + 15_000;
  let runs = 0;
  try {
    do {
      const ended = await run(lab, ['verify', '--chunk-time', '50ms']);
      expect({ exitCode: ended.exitCode, others: withoutDifference(ended) }).toEqual({ exitCode: 0, others: [] });
      runs += 1;
      if (runs > 1) continue;
      const { tables } = verification(ended);
      const methods = new Map(tables.map(({ table, method }) => [table, method]));
      expect(tables.map(({ table }) => table)).toEqual(expect.arrayContaining(['shop.orders', 'probe.types']));
      for (const kind of ['sparse', 'negative', 'composite', 'text', 'binary', 'unique', 'times']) {
        expect([kind, methods.get(`probe.k_${kind}`)]).toEqual([kind, 'chunks']);
      }
      expect(methods.get('probe.k_none')).toBe('whole');
    } while (Date.now() < end);
  } finally {
    await churn.stop();
    await load.kill();
  }
  await expectRest(lab, restingIn('replicating'));
});

test('a run that is killed is gone on with', async () => {
  const words = ['verify', '--tables', 'shop.*', '--chunk-time', '20ms'];
  const first = start(lab, words);
  const told = await first.told(({ type, number }) => type === 'verify-progress' && Number(number) > 3);
  first.kill('SIGKILL');
  await first.done;
  const file = JSON.parse(readFileSync(`${lab.stateFile}.verify-progress.json`, 'utf8')) as {
    begunAt: string;
    results: unknown[];
  };
  expect(file.results.length).toBeGreaterThanOrEqual(Number(told['number']) - 1);
  const again = await run(lab, [...words, '--resume']);
  expect(again.exitCode).toBe(0);
  const { begunAt, tables } = verification(again);
  expect(begunAt).toBe(file.begunAt);
  expect(new Set(tables.map(({ table }) => table)).size).toBe(tables.length);
  const progress = again.objects.filter(({ type }) => type === 'verify-progress');
  expect(Number(progress[0]?.['number'])).toBeGreaterThan(file.results.length);
});

describe('what is seeded on green', () => {
  let ended: ToolRun;

  beforeAll(async () => {
    const folders = new ClusterFolders(lab.lab.dir);
    const { socket } = serverFiles(folders.folderOf(lab.lab.green.clusterId));
    await withServer(socket, folders.platform(), async (green) => {
      await green.query("SET SESSION sql_log_bin = 0, time_zone = '+00:00'");
      for (const sql of [...CORRUPTIONS.flatMap((one) => one.sql), ...SWAPPED]) await green.query(sql);
    });
    ended = await run(lab, ['verify', '--tables', 'probe.c_*', '--values']);
  });

  const result = (table: string): TableTold | undefined =>
    verification(ended).tables.find((one) => one.table === `probe.${table}`);

  test.each(CORRUPTIONS)('$table ends in the right verdict', ({ table, found }) => {
    const { verdict, differences } = result(table) ?? { verdict: 'not looked at', differences: [] };
    expect(verdict).toBe(found ? 'differs' : 'verified');
    expect(differences.map(({ key, is }) => ({ key, is }))).toEqual(found ? [{ key: found.key, is: found.is }] : []);
    if (found && found.columns.length > 0) {
      expect(differences[0]?.values?.map(({ column }) => column)).toEqual(found.columns);
    }
  });

  test('rows that have exchanged their values are found', () => {
    expect(result('c_swapped')?.differences.map(({ key }) => key)).toEqual(['id=20', 'id=21']);
  });

  test('the exit code says so, and values are shown on request only', async () => {
    expect(ended.exitCode).toBe(3);
    const plain = await run(lab, ['verify', '--tables', 'probe.c_byte']);
    expect(verification(plain).tables[0]?.differences).toEqual([{ key: 'id=5', is: 'changed' }]);
  });

  test('the schema differs in the one column that was altered, and not when that was intended', async () => {
    const altered = await run(lab, ['verify', '--schema']);
    const told = altered.objects.find(({ type }) => type === 'schema-comparison');
    expect(told?.['differences']).toMatchObject([{ object: 'column probe.c_collation.t', isIntended: false }]);
    expect(altered.exitCode).toBe(3);
    const intending = variantOf(lab, 'intended.yaml', (text) => `${text}verify:\n  intended: [column probe.c_*]\n`);
    expect((await run(lab, ['verify', '--schema', '--config', intending])).exitCode).toBe(0);
  });

  test('a cutover is refused for it', async () => {
    const strict = variantOf(lab, 'strict.yaml', (text) => `${text}verify:\n  required: true\n`);
    const refused = await run(lab, ['cutover', '--auto-approve', '--config', strict]);
    expect(refused.exitCode).toBe(3);
    expect(JSON.stringify(errorOf(refused))).toContain('verification of the data');
    await expectRest(lab, restingIn('replicating'));
  });
});

/** Keeps a few rows changing, also those of the table without a key. */
function churnOn(connection: Connection): { stop(): Promise<void> } {
  let isOver = false;
  const work = (async () => {
    for (let n = 0; !isOver; n++) {
      // A row that never stands still is `unsettled` by right; these do for a moment.
      await connection.query('UPDATE probe.k_text SET v = v + 1000 WHERE v MOD 40 = ? LIMIT 5', [n % 40]);
      await connection.query('UPDATE probe.types SET d = ?, j = JSON_OBJECT("n", ?) WHERE id = 1 + ? MOD 50', [
        n / 3,
        n,
        n,
      ]);
      await connection.query('INSERT INTO probe.k_none VALUES (?, ?)', [`n${n}`, n]);
      if (n % 3 === 0) await connection.query('DELETE FROM probe.k_none WHERE v = ? LIMIT 1', [n - 3]);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await work;
      connection.destroy();
    },
  };
}
