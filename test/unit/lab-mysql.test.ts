/** The lab's server parts that need no server. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStatement } from '../../lab/mysql/aurora-face/procedure';
import { replicationProcedures } from '../../lab/mysql/aurora-face/replication';
import { SHARED_PROCEDURES } from '../../lab/mysql/aurora-face/shared';
import { findServer, seriesOf } from '../../lab/mysql/binaries';
import { ensureAuthority, issueServerCertificate } from '../../lab/mysql/certificates';
import { identifier, literal } from '../../lab/mysql/connect';
import { globalsAfterStart, serverOptions, writesBinlog, type ServerSettings } from '../../lab/mysql/server-options';
import { readColumn, writtenExpression } from '../../lab/mysql/snapshot/columns';

interface DebianSource {
  findDebianSource(etc: string, keyrings: readonly string[]): { uri: string; signedBy?: string } | undefined;
  unstableSource(source: { uri: string; signedBy?: string }): string;
}
const { findDebianSource, unstableSource } = jest.requireActual<DebianSource>('../../bootstrap/debian-source');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lab-unit-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the mirror of this machine', () => {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

  test('is read from deb822 sources, past comments, other vendors and the security archive', () => {
    source('debian.sources', [
      'Types: deb\nURIs: http://security.example.org/debian-security\nSuites: trixie-security\nComponents: main',
      'Enabled: no\nTypes: deb\nURIs: http://off.example.org/debian\nSuites: trixie\nComponents: main',
      '# a comment\nTypes: deb deb-src\nURIs: http://mirror.example.org/debian\n# another\nSuites: trixie trixie-updates\nComponents: main contrib\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc',
    ]);
    source('aaa.list', ['deb https://apt.example.com/cloud cloud-sdk main']);
    writeFileSync(join(folder, 'keyring.gpg'), '');
    expect(findDebianSource(folder, [join(folder, 'keyring.gpg')])).toEqual({
      uri: 'http://mirror.example.org/debian',
      signedBy: join(folder, 'keyring.gpg'),
    });
  });

  test('is read from one-line sources with options', () => {
    writeFileSync(
      join(folder, 'sources.list'),
      'deb-src http://a.example.org/debian sid main\ndeb [arch=amd64] http://b.example.org/debian sid main # x\n',
    );
    expect(findDebianSource(folder, ['/nowhere'])).toEqual({ uri: 'http://b.example.org/debian', signedBy: undefined });
  });

  test('is not that of another distribution', () => {
    writeFileSync(join(folder, 'sources.list'), 'deb http://archive.example.org/ubuntu noble main universe\n');
    expect(findDebianSource(folder, [keyring])).toBeUndefined();
  });

  test('gets its suite swapped for unstable', () => {
    expect(unstableSource({ uri: 'http://b.example.org/debian', signedBy: keyring })).toBe(
      `Types: deb\nURIs: http://b.example.org/debian\nSuites: unstable\nComponents: main\nArchitectures: amd64\nSigned-By: ${keyring}\n`,
    );
  });

  function source(name: string, stanzas: readonly string[]): void {
    mkdirSync(join(folder, 'sources.list.d'), { recursive: true });
    writeFileSync(join(folder, 'sources.list.d', name), `${stanzas.join('\n\n')}\n`);
  }
});

describe('server options', () => {
  const settings = (series: '5.7' | '9.x', parameters: Record<string, string>): ServerSettings => ({
    folder: '/lab/blue',
    series,
    address: '127.0.9.9',
    port: 13_306,
    serverId: 7,
    parameters,
    certificate: { ca: '/ca', certificate: '/c', key: '/k' },
    dumpFolder: '/dumps',
    hostsFile: '/hosts',
  });

  test('write a binary log only when binlog_format says so, as on Aurora', () => {
    expect(writesBinlog({})).toBe(false);
    expect(serverOptions(settings('5.7', {}))).toContain('--skip-log-bin');
    const options = serverOptions(settings('5.7', { binlog_format: 'ROW' }));
    expect(options).toEqual(
      expect.arrayContaining(['--log-bin=mysql-bin-changelog', '--binlog-format=ROW', '--log-slave-updates=1']),
    );
  });

  test('carry parameters of the groups, but not what only RDS can compute or the lab decides', () => {
    const options = serverOptions(
      settings('9.x', {
        'gtid-mode': 'ON_PERMISSIVE',
        read_only: '{TrueIfReplica}',
        innodb_buffer_pool_size: '{DBInstanceClassMemory*3/4}',
        time_zone: 'UTC',
        port: '1',
        character_set_client: 'latin1',
      }),
    );
    expect(options.filter((option) => option.startsWith('--loose-'))).toEqual([
      '--loose-gtid_mode=ON_PERMISSIVE',
      '--loose-read_only=0',
    ]);
    expect([...globalsAfterStart({ character_set_client: 'latin1', read_only: '1' })]).toEqual([
      ['character_set_client', 'latin1'],
    ]);
  });

  test('call the isolation of 5.7 by the name of its option', () => {
    expect(serverOptions(settings('5.7', { tx_isolation: 'READ-COMMITTED' }))).toContain(
      '--loose-transaction_isolation=READ-COMMITTED',
    );
  });

  test('keep the series defaults of the character set', () => {
    expect(serverOptions(settings('5.7', {}))).toContain('--character-set-server=latin1');
    expect(serverOptions(settings('9.x', {}))).toContain('--character-set-server=utf8mb4');
  });
});

describe('columns in a snapshot', () => {
  const column = (dataType: string, characterSet = ''): { name: string; dataType: string; characterSet: string } => ({
    name: 'a`b',
    dataType,
    characterSet,
  });

  test.each([
    ['float', '', '`a``b` + 0e0', { field: '`a``b`' }],
    ['bit', '', '`a``b` + 0', { field: '@c3', assignment: '`a``b` = CAST(@c3 AS UNSIGNED)' }],
    ['json', '', '`a``b`', { field: '@c3', assignment: '`a``b` = CONVERT(@c3 USING utf8mb4)' }],
    ['point', '', 'HEX(`a``b`)', { field: '@c3', assignment: '`a``b` = UNHEX(@c3)' }],
    ['varchar', 'sjis', 'HEX(`a``b`)', { field: '@c3', assignment: '`a``b` = UNHEX(@c3)' }],
    ['varchar', 'latin1', '`a``b`', { field: '`a``b`' }],
  ])('%s %s travels without loss', (dataType, characterSet, written, read) => {
    expect(writtenExpression(column(dataType, characterSet))).toBe(written);
    expect(readColumn(column(dataType, characterSet), 3)).toEqual(read);
  });
});

test('a server certificate is for its names and addresses and is signed by the lab authority', () => {
  const files = issueServerCertificate(folder, 'blue', ['*.rds.lab.test', '127.0.9.9']);
  const certificate = new X509Certificate(readFileSync(files.certificate));
  expect(certificate.subjectAltName).toBe('DNS:*.rds.lab.test, IP Address:127.0.9.9');
  expect(certificate.verify(new X509Certificate(readFileSync(ensureAuthority(folder))).publicKey)).toBe(true);
  expect(statSync(files.key).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'ca-key.pem')).mode & 0o777).toBe(0o600);
});

test('every Aurora version has its own procedures', () => {
  const names = (series: '5.7' | '9.x'): string[] => replicationProcedures(series).map((procedure) => procedure.name);
  expect(SHARED_PROCEDURES.map((procedure) => procedure.name)).toEqual([
    'rds_kill',
    'rds_kill_query',
    'rds_set_configuration',
    'rds_show_configuration',
  ]);
  expect(names('5.7')).toEqual([
    'rds_set_external_master',
    'rds_reset_external_master',
    'rds_start_replication',
    'rds_stop_replication',
    'rds_skip_repl_error',
    'rds_disable_session_binlog',
    'rds_enable_session_binlog',
  ]);
  expect(names('9.x')).toEqual([
    'rds_set_external_source',
    'rds_reset_external_source',
    'rds_start_replication',
    'rds_stop_replication',
    'rds_skip_repl_error',
    'rds_set_read_only',
    'rds_set_binlog_source_ssl',
    'rds_start_replication_until',
  ]);
  expect(createStatement({ name: 'p', parameters: 'IN a INT', body: 'BEGIN END' })).toBe(
    'CREATE DEFINER=`rdsadmin`@`localhost` PROCEDURE mysql.p(IN a INT) SQL SECURITY DEFINER\nBEGIN END',
  );
});

test('names and values are quoted so that nothing breaks out of them', () => {
  expect(identifier('a`b')).toBe('`a``b`');
  expect(literal("it's \\ \0\n\r\u001a")).toBe("'it\\'s \\\\ \\0\\n\\r\\Z'");
});

test('an engine version chooses the series, and an unknown one is refused', () => {
  expect(['5.7.mysql_aurora.2.12.4', '8.0.mysql_aurora.3.08.0', '9.7.4'].map(seriesOf)).toEqual(['5.7', '9.x', '9.x']);
  expect(() => seriesOf('5.6.10a')).toThrow('The lab has no server for version 5.6.10a');
});

test('a missing server is named together with the way to get one', async () => {
  await expect(findServer('5.7', { AURORA_CUTOVER_CACHE: folder })).rejects.toThrow(
    /node bootstrap\/fetch-mysql\.js.*LAB_BLUE_MYSQLD/s,
  );
  await expect(findServer('9.x', { LAB_GREEN_MYSQLD: '/nowhere/mysqld' })).rejects.toThrow(
    'There is no MySQL 9.x server at /nowhere/mysqld',
  );
});
