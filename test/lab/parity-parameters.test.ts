/** Values as RDS declares them, on real servers: what they print, what their defaults are, what an application sees. */
import { createConnection, type Connection } from 'mysql2/promise';
import { startThrowAway, type ThrowAwayServer } from '../../lab/mysql/throw-away';
import { compareValues } from '../../actions/mysql/parameter-values';
import { applicationRows } from '../../actions/parity/parameters/application-rows';
import { fitValue } from '../../actions/parameters/allowed-values';
import { SERVER_DEFAULTS, serverDefault } from '../../actions/parameters/server-defaults';
import type { ParameterPlan } from '../../actions/state/format';

/** As people write them in parameter groups; both servers have all of these. */
const DECLARED: Readonly<Record<string, string>> = {
  autocommit: '0',
  collation_server: 'utf8_unicode_ci',
  character_set_server: 'utf8',
  completion_type: '1',
  concurrent_insert: '2',
  explicit_defaults_for_timestamp: '0',
  group_concat_max_len: '5000',
  init_connect: 'SET @a = 1',
  innodb_strict_mode: '0',
  join_buffer_size: '300001',
  local_infile: '1',
  log_bin_trust_function_creators: '1',
  log_output: 'FILE,TABLE',
  long_query_time: '0.5',
  max_allowed_packet: '5000000',
  optimizer_switch: 'index_merge=off',
  sql_mode: 'STRICT_TRANS_TABLES,ANSI_QUOTES',
  time_zone: 'UTC',
  'transaction-isolation': 'READ-COMMITTED',
};

const EMPTY: ParameterPlan = { family: 'aurora-mysql9.7', cluster: [], instance: [], notCarried: [] };

describe.each(['5.7', '9.x'] as const)('a server of %s', (series) => {
  let server: ThrowAwayServer | undefined;
  let live: ReadonlyMap<string, string>;

  beforeAll(async () => {
    server = await startThrowAway(series, series === '5.7' ? DECLARED : carried());
    live = await variablesOf(server);
  }, 60_000);
  afterAll(() => server?.destroy());

  it('prints each declared value in its own way, and it is known as the same', () => {
    const different = Object.entries(DECLARED).filter(
      ([name, value]) => compareValues(name, value, live.get(name.replaceAll('-', '_')) ?? 'absent') !== 'same',
    );
    expect(different).toEqual([]);
    expect(live.get('autocommit')).toBe('OFF');
    expect(live.get('max_allowed_packet')).toBe('4999168');
  });
});

describe('servers that nobody has configured', () => {
  const servers: ThrowAwayServer[] = [];
  let blue: ReadonlyMap<string, string>;
  let green: ReadonlyMap<string, string>;

  beforeAll(async () => {
    for (const series of ['5.7', '9.x'] as const) servers.push(await startThrowAway(series));
    [blue, green] = (await Promise.all(servers.map(variablesOf))) as [typeof blue, typeof green];
  }, 60_000);
  afterAll(() => Promise.all(servers.map((server) => server.destroy())));

  it('have the defaults that the translation foresees', () => {
    const foreseen = (series: string, found: ReadonlyMap<string, string>): readonly string[] =>
      Object.keys(SERVER_DEFAULTS).filter((name) => {
        const value = serverDefault(name, series);
        return value !== undefined && compareValues(name, value, found.get(name) ?? 'absent') !== 'same';
      });
    expect(foreseen('5.7', blue)).toEqual([]);
    expect(foreseen('9.7', green)).toEqual([]);
  });

  it('differ for an application in these, and nothing else', () => {
    const rows = applicationRows({ plan: EMPTY, blue, green }).filter(({ verdict }) => verdict !== 'same');
    expect(rows.map(({ subject, verdict }) => `${verdict} ${subject}`).sort()).toEqual([
      'blocks variable collation_server',
      'expected variable character_set_client',
      'expected variable character_set_connection',
      'expected variable character_set_results',
      'expected variable collation_connection',
      'expected variable max_allowed_packet',
      'expected variable max_error_count',
      'warns variable character_set_server',
      'warns variable default_collation_for_utf8mb4',
      'warns variable explicit_defaults_for_timestamp',
      'warns variable innodb_autoinc_lock_mode',
      'warns variable tls_version',
    ]);
  });

  it('are found different when one is changed behind the back of everybody', async () => {
    const [, changed] = servers;
    if (!changed) throw new Error('the second server did not start');
    await using(changed, (connection) =>
      connection.query("SET GLOBAL time_zone = '+05:00', GLOBAL group_concat_max_len = 100, GLOBAL sql_mode = ''"),
    );
    const now = applicationRows({ plan: EMPTY, blue, green: await variablesOf(changed) });
    const verdictOf = (name: string): string | undefined =>
      now.find(({ subject }) => subject === `variable ${name}`)?.verdict;
    expect(['time_zone', 'group_concat_max_len', 'sql_mode'].map(verdictOf)).toEqual(['blocks', 'warns', 'warns']);
  });
});

/** As the translation spells them for the newest family. */
function carried(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(DECLARED).map(([name, value]) => {
      const definition = {
        name,
        value,
        source: '',
        applyType: 'dynamic',
        isModifiable: true,
        allowedValues: undefined,
      } as const;
      const fitted = fitValue(definition, value, 'aurora-mysql9.7');
      return [name, fitted.is === 'fits' ? fitted.value : value];
    }),
  );
}

async function variablesOf(server: ThrowAwayServer): Promise<ReadonlyMap<string, string>> {
  const rows = await using(server, async (connection) => (await connection.query('SHOW GLOBAL VARIABLES'))[0]);
  return new Map((rows as { Variable_name: string; Value: string }[]).map((row) => [row.Variable_name, row.Value]));
}

async function using<T>({ socket }: ThrowAwayServer, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ socketPath: socket, user: 'root' });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
