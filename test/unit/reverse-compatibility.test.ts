import { obstacles, statementsToAvoid, type WayBackFacts } from '../../actions/mysql/reverse-compatibility';
import { SAFE_CONNECTION } from '../../actions/mysql/reverse-rules';

const DEFAULTS = { collation_server: 'latin1_swedish_ci', binlog_format: 'ROW', gtid_mode: 'OFF' };

/** Green 9.7 with everything as the tool sets it, blue 5.7. */
const FIT: WayBackFacts = {
  source: '9.7.4-2',
  replica: '5.7.29-log',
  sourceVariables: new Map(
    Object.entries({
      ...DEFAULTS,
      binlog_row_value_options: '',
      binlog_transaction_compression: 'OFF',
      init_connect: SAFE_CONNECTION,
    }),
  ),
  replicaVariables: new Map(Object.entries({ ...DEFAULTS, log_bin_use_v1_row_events: 'OFF' })),
  sessionDefaultForUtf8mb4: 'utf8mb4_general_ci',
  collations: [],
  account: { plugin: 'sha256_password', requiresTls: false },
  usesTls: false,
};

function source(changes: Readonly<Record<string, string>>): WayBackFacts {
  return { ...FIT, sourceVariables: new Map([...FIT.sourceVariables, ...Object.entries(changes)]) };
}

test('what the tool sets leaves nothing that stops the way back from 9.7 to 5.7', () => {
  expect(obstacles(FIT)).toEqual([]);
});

test.each<[string, WayBackFacts, string]>([
  ['compression', source({ binlog_transaction_compression: 'ON' }), 'binlog_transaction_compression=ON'],
  ['partial JSON', source({ binlog_row_value_options: 'PARTIAL_JSON' }), 'binlog_row_value_options=PARTIAL_JSON'],
  ['the format', source({ binlog_format: 'MIXED' }), 'binlog_format=MIXED'],
  ['the checksum', source({ binlog_checksum: 'CRC64' }), 'binlog_checksum=CRC64'],
  ['the collation', source({ collation_server: 'utf8mb4_0900_ai_ci' }), 'collation_server=utf8mb4_0900_ai_ci'],
  ['handshakes', source({ init_connect: '' }), "init_connect=''"],
  [
    'handshakes that are moved to what 5.7 does not know either',
    source({ init_connect: 'SET NAMES utf8mb4 COLLATE utf8mb4_0900_bin' }),
    "init_connect='SET NAMES utf8mb4 COLLATE utf8mb4_0900_bin'",
  ],
  [
    'SET NAMES',
    { ...FIT, sessionDefaultForUtf8mb4: 'utf8mb4_0900_ai_ci' },
    'default_collation_for_utf8mb4=utf8mb4_0900_ai_ci in the sessions of ordinary accounts',
  ],
  ['GTIDs', source({ gtid_mode: 'ON' }), 'gtid_mode=ON against gtid_mode=OFF on the old side'],
  [
    'GTIDs that only the old side wants',
    { ...FIT, replicaVariables: new Map([['gtid_mode', 'ON']]) },
    'gtid_mode=OFF against gtid_mode=ON on the old side',
  ],
  [
    'routines',
    { ...FIT, collations: [{ kind: 'routine', count: 2, example: 'shop.pay' }] },
    '2 routines created under a collation of 8.0 (shop.pay)',
  ],
  [
    'events',
    { ...FIT, collations: [{ kind: 'event', count: 1, example: 'shop.tidy' }] },
    '1 event created under a collation of 8.0 (shop.tidy)',
  ],
  [
    'vectors',
    { ...FIT, collations: [{ kind: 'vector column', count: 1, example: 'shop.item.taste' }] },
    '1 VECTOR column (shop.item.taste)',
  ],
  [
    'a plugin that needs TLS',
    { ...FIT, account: { plugin: 'caching_sha2_password', requiresTls: false } },
    'the replication account uses caching_sha2_password',
  ],
  [
    'an account that demands TLS',
    { ...FIT, account: { plugin: 'sha256_password', requiresTls: true } },
    'the replication account requires TLS',
  ],
  ['no account', { ...FIT, account: undefined }, 'the replication account is missing on the side that will serve'],
])('%s that the old side cannot read: it is named, with a cure', (_name, facts, what) => {
  const found = obstacles(facts);
  expect(found.map((one) => ({ what: one.what, effect: one.effect }))).toEqual([{ what, effect: 'stops' }]);
  expect(found[0]?.cure).not.toBe('');
});

test.each<[string, WayBackFacts, string]>([
  ['a smaller row image', source({ binlog_row_image: 'MINIMAL' }), 'binlog_row_image=MINIMAL'],
  ['generated keys', source({ sql_generate_invisible_primary_key: 'ON' }), 'sql_generate_invisible_primary_key=ON'],
  [
    'columns with a collation of 8.0',
    { ...FIT, collations: [{ kind: 'column', count: 3, example: 'shop.item.name' }] },
    '3 columns with a collation of 8.0 (shop.item.name)',
  ],
])('%s: the channel runs, and it is told what may differ', (_name, facts, what) => {
  expect(obstacles(facts).map((one) => ({ what: one.what, effect: one.effect }))).toEqual([
    { what, effect: 'differs' },
  ]);
});

test('what stops comes before what differs', () => {
  const facts = source({ binlog_row_image: 'MINIMAL', binlog_transaction_compression: 'ON' });
  expect(obstacles(facts).map(({ effect }) => effect)).toEqual(['stops', 'differs']);
});

test('between servers of the same series all of it is understood', () => {
  const facts: WayBackFacts = {
    ...source({
      binlog_transaction_compression: 'ON',
      binlog_row_value_options: 'PARTIAL_JSON',
      collation_server: 'utf8mb4_0900_ai_ci',
      init_connect: '',
    }),
    replica: '9.7.4',
    sessionDefaultForUtf8mb4: 'utf8mb4_0900_ai_ci',
    collations: [{ kind: 'routine', count: 1, example: 'shop.pay' }],
    account: { plugin: 'caching_sha2_password', requiresTls: false },
  };
  expect(obstacles(facts)).toEqual([]);
  expect(statementsToAvoid(facts)).toBeUndefined();
});

test('from 5.7 to 9.7, a rollback that is prepared: row events of the first version stop it', () => {
  const facts: WayBackFacts = {
    ...source({ log_bin_use_v1_row_events: 'ON', init_connect: '' }),
    source: '5.7.29-log',
    replica: '9.7.4-2',
    sessionDefaultForUtf8mb4: undefined,
  };
  expect(obstacles(facts).map(({ what }) => what)).toEqual(['log_bin_use_v1_row_events=ON']);
});

test('DDL that 5.7 does not parse is named', () => {
  expect(statementsToAvoid(FIT)).toContain('RENAME COLUMN');
});
