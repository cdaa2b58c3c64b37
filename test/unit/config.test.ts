import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ConfigError } from '../../actions/config/config-error';
import { configurationDocument, jsonSchemaText } from '../../actions/config/documentation';
import { initTemplate } from '../../actions/config/init-template';
import { configHash, loadConfig, parseConfig } from '../../actions/config/load';
import { canonicalHash, canonicalJson } from '../../actions/engine/canonical-json';
import { UpgradeError } from '../../actions/engine/errors';

const FILE = '/project/upgrade.yaml';

const MINIMAL = `name: orders
region: eu-west-1
blue:
  cluster: orders
green:
  cluster: orders-green
  engineVersion: 8.0.mysql_aurora.3.08.2
endpoints:
  - kind: route53
    zoneId: Z0123456789ABC
    name: db.example.com
`;

describe('a valid configuration', () => {
  it('gets defaults that a careful operator would choose, durations in milliseconds', () => {
    const config = parseConfig(MINIMAL, FILE);
    expect(config).toMatchObject({
      green: { source: 'snapshot', readers: [], deletionProtection: true, deleteSnapshotOnDestroy: false },
      replication: {
        user: 'cutover_repl',
        host: '%',
        binlogFormat: 'ROW',
        retention: 172_800_000,
        catchUp: 21_600_000,
      },
      cutover: { budget: 30_000, undoReserve: 10_000, maxLag: 5_000, maxTransaction: 10_000, sessionGrace: 0 },
      endpoints: [{ kind: 'route53', target: 'writer', ttl: 5_000 }],
      network: { dnsServers: [], connectTimeout: 5_000, replicationRules: true },
    });
  });

  it('has absolute paths, relative ones beginning at its folder', () => {
    expect(parseConfig(MINIMAL, FILE).state).toBe('/project/.aurora-cutover/orders.state.json');
    const config = parseConfig(`${MINIMAL}state: ../states/orders.json\nnetwork: { caFile: ./ca.pem }\n`, FILE);
    expect(config.state).toBe('/states/orders.json');
    expect(config.network.caFile).toBe('/project/ca.pem');
  });

  it('takes parameter values as YAML writes them and passes them on as RDS wants them', () => {
    const text = MINIMAL.replace(
      'endpoints:',
      '  clusterParameters: { max_connections: 2000, innodb_flag: true, other: false, time_zone: UTC }\nendpoints:',
    );
    expect(parseConfig(text, FILE).green.clusterParameters).toEqual({
      max_connections: '2000',
      innodb_flag: '1',
      other: '0',
      time_zone: 'UTC',
    });
  });

  it('follows anchors of YAML', () => {
    const text = MINIMAL.replace('name: orders\n', 'name: &name orders\n').replace(
      'cluster: orders\n',
      'cluster: *name\n',
    );
    expect(parseConfig(text, FILE).blue.cluster).toBe('orders');
  });
});

describe('an invalid configuration', () => {
  it('is refused with everything that is wrong at once, each at its place', () => {
    const text = `nam: x
name: Orders
region: 5
blue:
  cluster: same
  credential: {}
  cluster: same
green:
  cluster: same
  engineVersion: "8"
  source: snapshots
  readers:
    - class: x
    - promotionTier: 99
      klass: db.r6g.large
  clusterParameters:
    'a b': 1
    x: {}
cutover:
  budget: 5
  bugdet: 5s
replication:
  retention: 90m
endpoints:
  - kind: route54
  - kind: route53
    ttl: 1x
network:
  dnsServers: a
`;
    expect(problems(text)).toEqual([
      '1:1 nam is not a setting; did you mean name?',
      '2:7 name must be an RDS identifier: lower-case letters, digits and single hyphens, at most 63; it is "Orders".',
      '3:9 region must be a text; it is the number 5.',
      '6:3 blue.credential is not a setting; did you mean credentials?',
      '7:3 cluster is there twice; only one of the two can count.',
      '10:18 green.engineVersion must be an Aurora MySQL engine version such as 8.0.mysql_aurora.3.08.2; it is "8".',
      '11:11 green.source must be one of snapshot, clone; it is "snapshots" (did you mean snapshot?).',
      '13:14 green.readers[0].class must be an instance class such as db.r6g.large; it is "x".',
      '14:22 green.readers[1].promotionTier must be at most 15; it is the number 99.',
      '15:7 green.readers[1].klass is not a setting; did you mean class?',
      '17:5 The name of green.clusterParameters.a b must be letters, digits, dots, hyphens and underscores.',
      '18:5 green.clusterParameters.x must be a text, a number, true or false; it is a group of settings.',
      '20:11 cutover.budget must be a duration such as 250ms, 90s, 15m, 48h or 7d; it is the number 5.',
      '21:3 cutover.bugdet is not a setting; did you mean budget?',
      '23:14 replication.retention must be whole hours between 1h and 2160h (90d), which is what Aurora can keep.',
      '25:11 endpoints[0].kind must be one of route53, secret, ssm-parameter, rds-proxy, hook; it is "route54".',
      '26:5 endpoints[1].zoneId is missing. Hosted zone that holds the record.',
      '26:5 endpoints[1].name is missing. Of the record that the application connects to (a CNAME), of the parameter, or of the hook.',
      '27:10 endpoints[1].ttl must be a duration such as 250ms, 90s, 15m, 48h or 7d; it is "1x".',
      '29:15 network.dnsServers must be a list; it is "a".',
    ]);
  });

  it('is an error of its own family whose hint has one line a problem', () => {
    const error = failure('name: 1\n');
    expect(error).toBeInstanceOf(UpgradeError);
    expect(error).toMatchObject({ code: 'config-invalid', source: 'user' });
    expect(error.hint?.split('\n')).toHaveLength(error.problems.length);
    expect(error.hint).toContain(`${FILE}:1:7: name must be a text; it is the number 1.`);
  });

  it.each([
    ['', '1:1 The file is empty. `npx aurora-cutover init` writes one to start from.'],
    ['# nothing\n', '1:1 The file is empty. `npx aurora-cutover init` writes one to start from.'],
    ['- a\n', '1:1 The file must be a group of settings; it is a list.'],
    ['hello', '1:1 The file must be a group of settings; it is "hello".'],
    [
      'name: *nobody\n',
      '1:1 This is not valid YAML: Unresolved alias (the anchor must be set before the alias): nobody.',
    ],
  ])('says what is wrong with %j', (text, problem) => {
    expect(problems(text)[0]).toBe(problem);
  });

  it('says where the YAML itself breaks, and nothing that follows from it', () => {
    const found = problems(`${MINIMAL}cutover: { budget: 5s\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^1[23]:\d+ This is not valid YAML: .*\.$/);
  });

  it('never shows the value of a key it does not know', () => {
    const error = failure(`${MINIMAL}password: hunter2\n`);
    expect(error.hint).toContain('password is not a setting');
    expect(JSON.stringify([error.hint, error.problems, error.message])).not.toContain('hunter2');
  });

  it('is missing with a code of its own', () => {
    expect(() => loadConfig('/nowhere/upgrade.yaml')).toThrow(
      expect.objectContaining({ code: 'config-missing', hint: expect.stringContaining('npx aurora-cutover init') }),
    );
  });
});

describe('rules between settings', () => {
  it.each([
    ['blue and green are two clusters', { 'orders-green': 'orders' }, 'green.cluster is the same as blue.cluster'],
    ['instance names fit', { 'orders-green': 'a'.repeat(62) }, 'green.cluster is too long'],
    [
      'a clone has no snapshot',
      { 'endpoints:': '  source: clone\n  snapshot: a\nendpoints:' },
      'green.snapshot has no effect',
    ],
    [
      'what follows the phase is not set by hand',
      { 'endpoints:': '  clusterParameters: { read_only: 1 }\nendpoints:' },
      'green.clusterParameters.read_only cannot be set',
    ],
    [
      'an endpoint is a writer',
      { 'db.example.com': 'db.example.com\n    target: reader' },
      'no entry with target writer',
    ],
    [
      'a TTL is at most a minute',
      { 'db.example.com': 'db.example.com\n    ttl: 61s' },
      'endpoints[0].ttl must be whole seconds',
    ],
    [
      'a TTL is whole seconds',
      { 'db.example.com': 'db.example.com\n    ttl: 250ms' },
      'endpoints[0].ttl must be whole seconds',
    ],
    [
      'a record is named once',
      { 'db.example.com': 'db.example.com\n  - { kind: route53, zoneId: Z0123456789ABC, name: DB.example.com. }' },
      'endpoints[1] is the same record as endpoints[0]',
    ],
  ])('%s', (_, changes, problem) => {
    const text = Object.entries(changes).reduce((changed, [from, to]) => changed.replace(from, to), MINIMAL);
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['cutover: { freeAfter: 30s }', 'cutover.freeAfter must be longer than cutover.budget'],
    ['cutover: { fences: { blue: [{ kind: lock-tables }] } }', 'cutover.fences.blue needs one of rds-set-read-only'],
    [
      "cutover: { fences: { blue: [{ kind: cluster-parameter-group }, { kind: account-lock, accounts: ['a@%'] }], green: [{ kind: account-lock, accounts: ['a@%'] }, { kind: rds-set-read-only }] } }",
      'account-lock must come before cluster-parameter-group',
    ],
    [
      "cutover: { fences: { blue: [{ kind: account-lock, accounts: ['a@%', 'b@%'] }, { kind: rds-set-read-only }], green: [{ kind: account-lock, accounts: ['a@%'] }, { kind: rds-set-read-only }] } }",
      'cutover.fences.green must lock b@% too',
    ],
    [
      "cutover: { fences: { blue: [{ kind: account-lock, accounts: ['a@%'] }, { kind: read-only }], green: [{ kind: account-lock, accounts: ['a@%'] }, { kind: rds-set-read-only }] } }",
      'account-lock does not go with super_read_only',
    ],
    ['cutover: { fences: { green: [{ kind: read-only }, { kind: lock-tables }] } }', 'lock-tables must come first'],
    ['cutover: { budget: 10s, undoReserve: 10s }', 'cutover.undoReserve must be less than cutover.budget'],
    ['cutover: { passingAccounts: [batch] }', 'cutover.passingAccounts[0] must be written as user@host'],
    ['replication: { retention: 90m }', 'replication.retention must be whole hours'],
    ['replication: { retention: 91d }', 'replication.retention must be whole hours'],
    ['replication: { user: rdsadmin }', 'RDS reserves that account'],
    ['network: { dnsServers: [dns.example.com] }', 'network.dnsServers[0] must be an address'],
    ['network: { connectTimeout: 0s }', 'network.connectTimeout must be longer than 0'],
  ])('%s is refused', (line, problem) => {
    expect(problems(`${MINIMAL}${line}\n`)).toEqual([expect.stringContaining(problem)]);
  });

  it.each(['10.0.0.2', '127.0.0.1:5353', '[fd00::2]:53', 'fd00::2'])('takes the name server %s', (server) => {
    const config = parseConfig(`${MINIMAL}network: { dnsServers: ['${server}'] }\n`, FILE);
    expect(config.network.dnsServers).toEqual([server]);
  });
});

describe('the hash of a configuration', () => {
  const hash = (text: string, file = FILE): string => configHash(parseConfig(text, file));

  it('stays the same on another machine and with another layout of the file', () => {
    const moved = `# a comment\n${MINIMAL}state: /elsewhere/state.json\nnetwork: { caFile: /elsewhere/ca.pem }\ncutover: { budget: 30s }\n`;
    expect(hash(moved, '/home/somebody/upgrade.yaml')).toBe(hash(MINIMAL));
  });

  it('changes with anything that changes what is done', () => {
    const hashes = [
      MINIMAL,
      `${MINIMAL}cutover: { budget: 31s }\n`,
      `${MINIMAL}tags: { team: a }\n`,
      MINIMAL.replace('3.08.2', '3.10.1'),
    ].map((text) => hash(text));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('canonical JSON', () => {
  it('has one spelling for equal values', () => {
    expect(canonicalJson({ b: [1, null, 'é'], a: { d: undefined, c: true } })).toBe(
      '{"a":{"c":true},"b":[1,null,"é"]}',
    );
    expect(canonicalHash({ a: 1, b: 2 })).toBe(canonicalHash({ b: 2, a: 1 }));
  });

  it.each([Number.NaN, 1n, () => 1, Symbol('s')])('refuses what JSON cannot say: %p', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});

describe('what is made from the schema', () => {
  const root = join(__dirname, '..', '..');

  it('upgrade.schema.json is fresh', () => {
    expect(readFileSync(join(root, 'upgrade.schema.json'), 'utf8')).toBe(jsonSchemaText());
  });

  it('docs/configuration.md is fresh', () => {
    expect(readFileSync(join(root, 'docs', 'configuration.md'), 'utf8')).toBe(configurationDocument());
  });

  it('describes every setting', () => {
    const rows = configurationDocument()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((line) => /\| {2}\|$/.test(line))).toEqual([]);
  });
});

describe('the file that init writes', () => {
  it('loads cleanly from disk', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    try {
      writeFileSync(join(folder, 'upgrade.yaml'), initTemplate());
      expect(loadConfig(join(folder, 'upgrade.yaml')).name).toBe('orders');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('loads cleanly with every comment taken off, and the defaults it shows are the defaults', () => {
    const setting = /^(\s*)# (\s*(?:- )?[a-zA-Z_]+:.*)$/;
    const uncommented = initTemplate()
      .split('\n')
      .map((line) => line.replace(setting, '$1$2'))
      .join('\n');
    const full = parseConfig(uncommented, FILE);
    const bare = parseConfig(initTemplate(), FILE);
    expect(full.blue.credentials.secretArn).toBeDefined();
    expect(full.replication).toEqual(bare.replication);
    expect(full.cutover).toEqual(bare.cutover);
    expect(full.endpoints).toEqual(bare.endpoints);
    expect({ ...full.network, caFile: undefined }).toEqual({ ...bare.network, caFile: undefined });
    expect(full.green.deletionProtection).toBe(bare.green.deletionProtection);
    expect(full.green.source).toBe(bare.green.source);
  });
});

function failure(text: string): ConfigError {
  try {
    parseConfig(text, FILE);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it is valid');
}

function problems(text: string): readonly string[] {
  return failure(text).problems.map(({ line, column, text: sentence }) => `${line}:${column} ${sentence}`);
}
