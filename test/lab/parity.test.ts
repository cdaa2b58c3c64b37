/** What stands around the data, compared between real servers of two majors, and settled by what is told to settle it. */
import { readFileSync } from 'node:fs';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { compareAccounts } from '../../actions/parity/accounts/compare-accounts';
import type { ParityReport, ParityRow } from '../../actions/parity/parity';
import { ClusterFolders } from '../../lab/mysql/cluster-folder';
import { withServer } from '../../lab/mysql/connect';
import { serverFiles } from '../../lab/mysql/server-options';
import {
  BLUE_PASSWORD,
  OFFENCES,
  ON_BOTH,
  OTHER_PASSWORD,
  ROLE_OFFENCES,
  type Offence,
} from './parity-accounts.fixture';
import { startBarePair, type BarePair } from './parity-bare-pair.fixture';
import { closeTestLab, openReplicatingLab, run, variantOf, type TestLab } from './support/test-lab';
import type { ToolRun } from './support/tool';
import { addressOf, connectAsMaster, endpointOf, expectRest, restingIn } from './support/world';

jest.setTimeout(180_000);

let lab: TestLab;

beforeAll(async () => {
  lab = await openReplicatingLab('57-97');
});

afterAll(async () => {
  await closeTestLab(lab);
});

/** As the platform's own account, which may do everything; nothing of it is in the binary log. */
async function asPlatform<T>(side: 'blue' | 'green', work: (connection: Connection) => Promise<T>): Promise<T> {
  const folders = new ClusterFolders(lab.lab.dir);
  const { socket } = serverFiles(folders.folderOf(lab.lab[side].clusterId));
  return withServer(socket, folders.platform(), work);
}

async function compare(
  part: 'accounts' | 'parameters',
  words: readonly string[] = [],
): Promise<ParityReport & { ended: ToolRun }> {
  const ended = await run(lab, ['verify', `--${part}`, ...words]);
  const report = ended.objects.find(({ type }) => type === 'parity');
  if (!report) throw new Error(`no report: ${ended.stdout}${ended.stderr}`);
  return { ...(report as unknown as ParityReport), ended };
}

const reported = (rows: readonly ParityRow[]): readonly string[] =>
  rows.flatMap(({ subject, verdict }) => (verdict === 'same' ? [] : [`${verdict}: ${subject}`])).sort();

/** As a person would: each line where its heading says, the known password in its place, what blue answers run on green. */
async function settle(subject: string, cure: readonly string[], blue: Connection, green: Connection): Promise<void> {
  let where: Connection | undefined;
  let answered = '';
  for (const line of cure) {
    if (line.startsWith('-- on ')) where = line.startsWith('-- on blue') ? blue : green;
    const sql = line === '-- what blue answered' ? answered : line.replace('<the password>', BLUE_PASSWORD);
    if (sql.startsWith('--')) continue;
    if (!where) throw new Error(`${subject} does not say where: ${cure.join('\n')}`);
    const [rows] = await where.query<RowDataPacket[]>(sql).catch((error: unknown) => {
      throw new Error(`${subject}: ${sql}`, { cause: error });
    });
    if (where === blue) answered = String(Object.values(rows[0] ?? {})[0]);
  }
}

describe('parameters', () => {
  test('are as they were declared, and block when green runs in another time zone behind the back of its group', async () => {
    const before = await compare('parameters');
    expect(before.ended.exitCode).toBe(0);
    expect(reported(before.rows).filter((row) => /^(blocks|.* parameter )/.test(row))).toEqual([]);
    const zone = (value: string): Promise<unknown> =>
      asPlatform('green', (green) => green.query('SET GLOBAL time_zone = ?', [value]));
    await zone('+05:00');
    try {
      const after = await compare('parameters');
      expect(after.ended.exitCode).toBe(3);
      expect(reported(after.rows).filter((row) => row.includes('time_zone'))).toEqual([
        'blocks: variable time_zone',
        'warns: parameter time_zone',
      ]);
    } finally {
      await zone('+00:00');
    }
  });
});

describe('accounts', () => {
  /** What green is said to differ in although nobody has touched it. */
  const GIVEN = [
    "expected: account 'admin'@'%' privileges on *.*",
    'expected: setting plugin of new accounts',
    'expected: setting tls_version',
  ];
  const hashes: string[] = [];
  let found: Awaited<ReturnType<typeof compare>>;

  const subjectOf = ({ user, host = '%', aspect }: Offence): string =>
    `account '${user}'@'${host}' ${aspect}`.trimEnd();

  async function plant(): Promise<void> {
    const carried = new Map<string, string>();
    await asPlatform('blue', async (blue) => {
      for (const { user, blue: statements = [] } of OFFENCES) {
        for (const sql of statements) {
          await blue.query(sql);
          const stored = await storedPassword(blue, user);
          if (sql.startsWith('CREATE USER') && stored !== undefined) carried.set(user, stored);
        }
      }
    });
    await asPlatform('green', async (green) => {
      for (const { user, green: statements = [] } of OFFENCES) {
        for (const sql of statements) {
          const carry = `ALTER USER '${user}'@'%' IDENTIFIED WITH sha256_password AS 0x${carried.get(user) ?? ''}`;
          await green.query(sql === `carry ${user}` ? carry : sql);
        }
        hashes.push((await storedPassword(green, user)) ?? '');
      }
    });
    hashes.push(...carried.values());
  }

  async function storedPassword(connection: Connection, user: string): Promise<string | undefined> {
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT HEX(authentication_string) AS hash_of FROM mysql.user WHERE User = ?',
      [user],
    );
    return rows[0]?.['hash_of'] as string | undefined;
  }

  async function loginToGreen(user: string, password: string): Promise<string> {
    const host = await addressOf(lab, endpointOf(lab, 'green'));
    const ssl = { ca: readFileSync(lab.lab.caFile, 'utf8'), rejectUnauthorized: false };
    try {
      const connection = await createConnection({ host, port: lab.lab.port, user, password, ssl });
      await connection.query('SELECT 1');
      connection.destroy();
      return 'in';
    } catch (error) {
      return `refused: ${String(error)}`;
    }
  }

  test('nothing hinders where nobody has touched them', async () => {
    const { rows, ended } = await compare('accounts');
    expect(reported(rows)).toEqual(GIVEN);
    expect(ended.exitCode).toBe(0);
    expect(rows.filter(({ verdict }) => verdict === 'same').map(({ subject }) => subject)).toEqual([
      "account 'batch'@'10.0.%'",
      "account 'cutover_probe'@'%'",
      "account 'cutover_repl'@'%'",
      "account 'orders_app'@'%'",
      "account 'reporting'@'%'",
    ]);
  });

  describe('made to differ in every way', () => {
    beforeAll(async () => {
      await plant();
      found = await compare('accounts');
    });

    test('are each found, and nothing else is', () => {
      const planted = OFFENCES.map((offence) => `${offence.verdict}: ${subjectOf(offence)}`);
      const alsoMore = "warns: account 'by_role'@'%' privileges on *.*";
      expect(reported(found.rows)).toEqual([...GIVEN, ...planted, alsoMore].sort());
      expect(found.ended.exitCode).toBe(3);
    });

    test('each with its reason', () => {
      const reasonOf = (offence: Offence): string =>
        found.rows.find(({ subject }) => subject === subjectOf(offence))?.reason ?? 'no reason';
      expect(
        OFFENCES.flatMap((offence) =>
          reasonOf(offence).includes(offence.says) ? [] : [[offence.says, reasonOf(offence)]],
        ),
      ).toEqual([]);
    });

    test('and no stored password or known password is told', () => {
      const secrets = [...hashes, ...hashes.map((hash) => Buffer.from(hash, 'hex').toString('latin1'))];
      const told = `${found.ended.stdout}${found.ended.stderr}`;
      expect(secrets.filter((secret) => secret !== '' && told.includes(secret))).toEqual([]);
      expect(told).not.toContain(BLUE_PASSWORD);
      expect(told).not.toContain(OTHER_PASSWORD);
    });

    test('what upgrade.yaml names as intended hinders nothing', async () => {
      const config = variantOf(lab, 'intended.yaml', (text) => `${text}verify:\n  intended: ["account *"]\n`);
      const { rows, ended } = await compare('accounts', ['--config', config]);
      expect(ended.exitCode).toBe(0);
      expect(rows.filter(({ verdict }) => verdict === 'warns' || verdict === 'blocks')).toEqual([]);
    });

    test('a cutover refuses, and names them', async () => {
      const ended = await run(lab, ['cutover', '--auto-approve']);
      expect(ended.exitCode).toBe(3);
      const gate = ended.objects.find(({ type, name }) => type === 'gate' && name === 'accounts of green');
      expect(gate).toMatchObject({ ok: false, reason: expect.stringMatching(/account 'expired'@'%'.* And \d+ more/) });
      await expectRest(lab, restingIn('replicating'));
    });

    test('the statements that are told settle it: what blocked is gone, and the clients of blue get in', async () => {
      const blue = await connectAsMaster(lab, 'blue');
      const green = await connectAsMaster(lab, 'green');
      try {
        for (const { subject, cure = [], verdict } of found.rows) {
          if (verdict === 'blocks') await settle(subject, cure, blue, green);
        }
      } finally {
        blue.destroy();
        green.destroy();
      }
      const { rows, ended } = await compare('accounts');
      expect(rows.filter(({ verdict }) => verdict === 'blocks')).toEqual([]);
      expect(ended.exitCode).toBe(0);
      const logins = OFFENCES.filter(({ getsIn }) => getsIn === true).map(({ user }) => user);
      const outcomes = await Promise.all(logins.map(async (user) => [user, await loginToGreen(user, BLUE_PASSWORD)]));
      expect(outcomes).toEqual(logins.map((user) => [user, 'in']));
      await expectRest(lab, restingIn('replicating'));
    });

    test('clients of blue that green would refuse for how they connect are named by their user', async () => {
      const host = await addressOf(lab, endpointOf(lab, 'blue'));
      const login = { host, port: lab.lab.port, user: 'native_only', password: BLUE_PASSWORD };
      const old = {
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
        rejectUnauthorized: false,
      };
      const clients = [await createConnection(login), await createConnection({ ...login, ssl: old } as typeof login)];
      await asPlatform('green', (green) => green.query('SET GLOBAL require_secure_transport = ON'));
      try {
        const { rows, ended } = await compare('accounts');
        const rules = rows.filter(({ subject }) => subject.startsWith('setting '));
        expect(rules).toMatchObject([
          {
            subject: 'setting require_secure_transport',
            verdict: 'blocks',
            reason: expect.stringContaining('native_only 1'),
          },
          {
            subject: 'setting tls_version',
            verdict: 'blocks',
            reason: expect.stringContaining('native_only 1 (TLSv1.1)'),
          },
          { subject: 'setting plugin of new accounts', verdict: 'expected' },
        ]);
        expect(ended.exitCode).toBe(3);
      } finally {
        for (const client of clients) client.destroy();
        await asPlatform('green', (green) => green.query('SET GLOBAL require_secure_transport = OFF'));
      }
    });
  });
});

/** Roles, dynamic privileges and second passwords are of the newer series only: two servers of it, without a lab around. */
describe('accounts of two servers that know roles', () => {
  let pair: BarePair;

  beforeAll(async () => {
    pair = await startBarePair();
    for (const side of ['blue', 'green'] as const) {
      for (const sql of ON_BOTH) await pair.query(side, sql);
      for (const sql of ROLE_OFFENCES[side]) await pair.query(side, sql);
    }
  });

  afterAll(async () => {
    await pair.stop();
  });

  test('what differs is found, whether it is granted to the account or comes through its roles', async () => {
    const rows = await compareAccounts(pair.context);
    expect(reported(rows)).toEqual(ROLE_OFFENCES.reported);
    expect(rows.filter(({ verdict }) => verdict === 'same').map(({ subject }) => subject)).toEqual([
      "account 'writers'@'%'",
      "account 'pattern'@'%'",
      "account 'replaced'@'%'",
    ]);
  });

  test('and settled by what is told', async () => {
    const [blue, green] = await Promise.all([pair.open('blue'), pair.open('green')]);
    try {
      for (const { subject, cure = [], verdict } of await compareAccounts(pair.context)) {
        if (verdict !== 'expected' && subject.startsWith('account ')) await settle(subject, cure, blue, green);
      }
    } finally {
      blue.destroy();
      green.destroy();
    }
    expect(reported(await compareAccounts(pair.context))).toEqual(ROLE_OFFENCES.left);
  });
});
