/** The moment and the gates of a switch on real servers under load, and the snapshot at its fence. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import type { WriterLoad } from '../../lab/writers/writer-load';
import {
  addFault,
  changesOfAws,
  clearFaults,
  closeTestLab,
  openReplicatingLab,
  readState,
  run,
  start,
  startWriters,
  succeed,
  variantOf,
  type TestLab,
} from './support/test-lab';
import { errorOf, type Told } from './support/tool';
import { connectAsMaster, expectRest, expectWrites, restingIn, until } from './support/world';

jest.setTimeout(300_000);

let test57: TestLab;
let load: WriterLoad;
const open: Connection[] = [];

beforeAll(async () => {
  test57 = await openReplicatingLab('57-97');
  load = await startWriters(test57, 4);
});

afterEach(() => {
  for (const connection of open.splice(0)) connection.destroy();
});

afterAll(async () => {
  await load.kill();
  await closeTestLab(test57);
});

/** Refuses while a transaction is older than a second. */
function config(name: string, more = ''): readonly string[] {
  const file = variantOf(test57, name, (text) => `${text}cutover:\n  maxTransaction: 1s\n${more}`);
  return ['--auto-approve', '--config', file];
}

async function oldTransaction(): Promise<Connection> {
  const blue = await connectAsMaster(test57, 'blue');
  blue.on('error', () => undefined);
  open.push(blue);
  await blue.query('START TRANSACTION');
  await blue.query('SELECT * FROM shop.stores LIMIT 1');
  await until(async () => {
    const [rows] = await blue.query(
      'SELECT 1 FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID() AND trx_started < NOW() - INTERVAL 2 SECOND',
    );
    return Array.isArray(rows) && rows.length > 0;
  }, 'the transaction growing old');
  return blue;
}

const holds = (gate: string) => (told: Told) => told['type'] === 'waiting' && String(told['reason']).includes(gate);

test('waiting for quiet ends at its deadline with exit code 3, and Ctrl-C with 130; nothing was changed', async () => {
  const before = await changesOfAws(test57);
  await oldTransaction();
  const ended = await run(test57, ['cutover', ...config('strict.yaml'), '--wait-for-quiet', '3s']);
  expect({ exitCode: ended.exitCode, error: errorOf(ended) }).toMatchObject({
    exitCode: 3,
    error: { code: 'not-quiet', summary: expect.stringContaining('longest transaction') },
  });
  const waiting = start(test57, ['cutover', ...config('strict.yaml'), '--wait-for-quiet']);
  await waiting.told(holds('longest transaction'));
  waiting.kill('SIGINT');
  expect((await waiting.done).exitCode).toBe(130);
  expect(await changesOfAws(test57)).toBe(before);
  await expectRest(test57, restingIn('replicating'));
});

test('it begins once the file is there and the transaction has ended; a snapshot that fails does not stop it', async () => {
  const go = join(test57.lab.dir, 'go');
  writeFileSync(go, '');
  const words = [
    'cutover',
    ...config('snapshot.yaml', '  snapshotAtFence: true\n'),
    '--go-file',
    go,
    '--wait-for-quiet',
  ];
  const stale = await run(test57, words);
  expect({ exitCode: stale.exitCode, code: errorOf(stale).code }).toEqual({ exitCode: 3, code: 'go-file-stale' });
  rmSync(go);
  const transaction = await oldTransaction();
  await addFault(test57, { match: { service: 'rds', action: 'CreateDBClusterSnapshot' }, effect: 'denied', times: 9 });
  const tool = start(test57, words);
  await tool.told(holds(go));
  writeFileSync(go, '');
  await tool.told(holds('quiet: longest transaction'));
  transaction.destroy();
  const ended = await tool.done;
  await clearFaults(test57);
  expect({ exitCode: ended.exitCode, told: ended.exitCode === 0 ? '' : ended.stdout }).toEqual({
    exitCode: 0,
    told: '',
  });
  expect(existsSync(go)).toBe(true);
  expect(readState(test57).history.at(-1)?.snapshot).toMatchObject({
    outcome: 'failed',
    id: expect.stringMatching(/^orders-fence-/),
    reason: expect.stringContaining('rds:CreateDBClusterSnapshot'),
  });
  await expectWrites(test57, load);
});

test('a rollback knows what the cutover needed, and the next cutover leaves a snapshot', async () => {
  await succeed(test57, ['rollback', '--auto-approve']);
  const again = await succeed(test57, ['cutover', ...config('snapshot.yaml', '  snapshotAtFence: true\n')]);
  const budget = again.objects.find((told) => told['type'] === 'gate' && told['name'] === 'budget');
  expect(budget?.['value']).toContain('earlier switches of this upgrade');
  const { snapshot, finalPosition } = readState(test57).history.at(-1) ?? {};
  expect(snapshot).toEqual({
    id: expect.stringMatching(/^orders-fence-/),
    outcome: 'asked',
    position: finalPosition,
  });
  await expectWrites(test57, load);
});
