/** What an operator does wrong, and what the world refuses: each is told clearly and changes nothing. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { derivedPassword } from '../../actions/mysql/derived-password';
import {
  addFault,
  changesOfAws,
  clearFaults,
  closeTestLab,
  openTestLab,
  readState,
  start,
  variantOf,
  type TestLab,
} from './support/test-lab';
import { REFUSALS } from './support/refusals';
import { errorOf, type ToolProcess, type ToolRun } from './support/tool';
import { connectAsMaster, until } from './support/world';
import type { RowDataPacket } from 'mysql2/promise';

jest.setTimeout(120_000);

type Environment = Readonly<Record<string, string | undefined>>;

let test57: TestLab;
/** All that any command has printed or was called with. */
const said: string[] = [];

beforeAll(async () => {
  test57 = await openTestLab('57-97');
});

afterAll(async () => {
  await closeTestLab(test57);
});

describe('what is refused before anything changes', () => {
  let changesBefore = 0;

  beforeAll(async () => {
    changesBefore = await changesOfAws(test57);
  });

  afterEach(async () => {
    await clearFaults(test57);
    expect(await changesOfAws(test57)).toBe(changesBefore);
    expect(await has('log_bin')).toBe(false);
  });

  test.each(REFUSALS)('$what: exit code $exitCode', async ({ words, edit, environment, exitCode, says }) => {
    const config = edit ? ['--config', variantOf(test57, 'variant.yaml', edit)] : [];
    const ended = await tool([...words, ...config], environment);
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode, stderr: '' });
    for (const word of says) expect(ended.stdout).toContain(word);
    expect(ended.stdout).not.toContain('"unexpected"');
  });

  test.each([
    ['DescribeDBClusters', 'apply', 3],
    ['DescribeDBEngineVersions', 'apply', 3],
    ['DescribeDBEngineVersions', 'plan', 3],
    ['DescribeDBClusters', 'status', 1],
  ])('a call that IAM denies (rds:%s) is named by its IAM action, to %s', async (action, verb, exitCode) => {
    await addFault(test57, { match: { service: 'rds', action }, effect: 'denied', times: 9 });
    const ended = await tool([verb]);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout).toContain(`lack the permission rds:${action}`);
  });

  test('a second command names the one that holds the state; when that was killed, the next one just works', async () => {
    await addFault(test57, { match: { service: 'rds', action: 'DescribeDBClusters' }, effect: 'hang', times: 9 });
    const first = watch(['apply', '--allow-reboot']);
    await locks(first);
    const second = await tool(['apply']);
    expect(second.exitCode).toBe(6);
    expect(errorOf(second).hint).toMatch(new RegExp(`process ${String(first.pid)}, .apply.`));
    first.kill('SIGKILL');
    await first.done;
    await clearFaults(test57);
    expect((await tool(['apply', '--allow-reboot'])).exitCode).toBe(3);
    expect(existsSync(`${test57.stateFile}.lock`)).toBe(false);
  });

  test('Ctrl-C while AWS does not answer: exit code 130, and the lock is given back', async () => {
    await addFault(test57, { match: { service: 'rds', action: 'DescribeDBClusters' }, effect: 'hang', times: 9 });
    const waiting = watch(['apply', '--allow-reboot']);
    await locks(waiting);
    waiting.kill('SIGINT');
    const ended = await waiting.done;
    expect({ exitCode: ended.exitCode, code: errorOf(ended).code }).toEqual({ exitCode: 130, code: 'interrupted' });
    expect(existsSync(`${test57.stateFile}.lock`)).toBe(false);
  });

  test('a lock that is not there cannot be removed', async () => {
    const ended = await tool(['unlock', 'no-such-lock']);
    expect(ended.exitCode).toBe(1);
    expect(errorOf(ended).code).toBe('lock-not-found');
  });
});

describe('the way to a prepared blue', () => {
  test('status and plan tell what will be done', async () => {
    const status = await tool(['status']);
    expect(status.objects.find((told) => told['type'] === 'status')).toMatchObject({
      phase: 'new',
      blue: { is: 'up' },
      green: { is: 'missing' },
    });
    const prefix = join(test57.lab.dir, 'plans', 'first');
    const plan = await tool(['plan', '--detailed-exitcode', '--out', prefix]);
    expect(plan.exitCode).toBe(2);
    expect(readFileSync(`${prefix}.plan.md`, 'utf8')).toContain('CALL mysql.rds_set_configuration');
  });

  test('apply can be interrupted, goes on from there, and again it finds everything done', async () => {
    const interrupted = watch(['apply', '--auto-approve', '--allow-reboot']);
    await interrupted.told((told) => told['type'] === 'step-started' && told['id'] === 'enable-binlog-on-blue');
    interrupted.kill('SIGINT');
    expect((await interrupted.done).exitCode).toBe(130);
    expect(existsSync(`${test57.stateFile}.lock`)).toBe(false);
    expect((await tool(['apply', '--auto-approve', '--allow-reboot'])).exitCode).toBe(0);
    expect(readState(test57).phase).toBe('prepared');
    expect(await has('log_bin')).toBe(true);
    const before = await changesOfAws(test57);
    expect((await tool(['apply', '--auto-approve'])).exitCode).toBe(0);
    const cutover = await tool(['cutover', '--auto-approve']);
    expect({ exitCode: cutover.exitCode, hint: errorOf(cutover).hint }).toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining('cdktf deploy'),
    });
    expect(await changesOfAws(test57)).toBe(before);
    expect(await toolAccounts()).toEqual(['cutover_probe', 'cutover_repl']);
  });

  test('no password has been printed, written down or given as an argument', async () => {
    const { master, application } = test57.lab.users;
    const { lineage } = readState(test57);
    const derived = ['cutover_repl', 'cutover_probe'].map((user) => derivedPassword(master.password, lineage, user));
    const folder = join(test57.stateFile, '..');
    const files = [
      ...readdirSync(folder).map((name) => join(folder, name)),
      ...['json', 'md'].map((kind) => join(test57.lab.dir, 'plans', `first.plan.${kind}`)),
    ];
    expect(files.some((file) => file.includes('journal'))).toBe(true);
    const texts = [...said, ...files.map((file) => readFileSync(file, 'utf8')), ...argumentLists()];
    for (const password of [master.password, application.password, 'guessed-Wrong-1', ...derived]) {
      expect(password.length).toBeGreaterThan(8);
      expect(texts.filter((text) => text.includes(password))).toEqual([]);
    }
  });

  test('undo takes it back, and again it finds nothing to do', async () => {
    expect((await tool(['undo', '--auto-approve'])).exitCode).toBe(0);
    expect(await toolAccounts()).toEqual([]);
    expect(readState(test57).phase).toBe('new');
    expect((await tool(['undo', '--auto-approve'])).exitCode).toBe(0);
  });

  test('a state file that cannot be read is named, never replaced', async () => {
    writeFileSync(test57.stateFile, '{"format":1,');
    const ended = await tool(['apply', '--auto-approve']);
    expect(ended.exitCode).toBe(1);
    expect(JSON.stringify(errorOf(ended))).toContain(test57.stateFile);
    expect(readFileSync(test57.stateFile, 'utf8')).toBe('{"format":1,');
  });
});

function watch(words: readonly string[], environment: Environment = {}): ToolProcess {
  const process = start(test57, words, environment);
  said.push(process.commandLine());
  void process.done.then((ended) => said.push(ended.stdout, ended.stderr));
  return process;
}

function tool(words: readonly string[], environment: Environment = {}): Promise<ToolRun> {
  return watch(words, environment).done;
}

/** Until this process has the state. */
function locks({ pid }: ToolProcess): Promise<void> {
  const lock = `${test57.stateFile}.lock`;
  return until(() => existsSync(lock) && readFileSync(lock, 'utf8').includes(`"pid": ${String(pid)},`), 'the lock');
}

async function has(variable: string): Promise<boolean> {
  return (await rows(`SELECT @@global.${variable} AS value`)).some((row) => Number(row['value']) === 1);
}

async function toolAccounts(): Promise<readonly string[]> {
  return (await rows("SELECT user AS name FROM mysql.user WHERE user LIKE 'cutover%' ORDER BY user")).map((row) =>
    String(row['name']),
  );
}

async function rows(sql: string): Promise<readonly RowDataPacket[]> {
  const connection = await connectAsMaster(test57, 'blue');
  try {
    return (await connection.query<RowDataPacket[]>(sql))[0];
  } finally {
    connection.destroy();
  }
}

/** Of every process of this machine. */
function argumentLists(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(join('/proc', pid, 'cmdline'), 'utf8')];
      } catch {
        return [];
      }
    });
}
