import { accountRequiresTls } from '../../actions/mysql/channel-security';
import { derivedPassword } from '../../actions/mysql/derived-password';
import { comparePositions, hasWrittenAfter, parseRecoveredPosition, samePosition } from '../../actions/mysql/position';
import { binlogPosition, binlogRetention, replicaStatus, waitForPosition } from '../../actions/mysql/queries';
import { parseReplicaStatus } from '../../actions/mysql/replica-status';
import { createAccount, setExternalSource } from '../../actions/mysql/statements';
import { renderStatement } from '../../actions/mysql/render';
import {
  dialectOf,
  familyOf,
  hasReadOnlyProcedure,
  longestSourceHost,
  parseAuroraVersion,
  replicationPlugin,
} from '../../actions/mysql/version';

const V2 = parseAuroraVersion('5.7.mysql_aurora.2.12.4');
const V3 = parseAuroraVersion('8.0.mysql_aurora.3.08.2');
const V305 = parseAuroraVersion('8.0.mysql_aurora.3.05.1');
const V84 = parseAuroraVersion('8.4.mysql_aurora.8.4.7');
const LAB97 = parseAuroraVersion('9.7.mysql_aurora.9.7.4');

describe('positions in a binary log', () => {
  it('compares files by number, not by text: the suffix grows past six digits', () => {
    expect(comparePositions({ file: 'b.999999', position: 900 }, { file: 'b.1000000', position: 4 })).toBeLessThan(0);
    expect(comparePositions({ file: 'b.000002', position: 4 }, { file: 'b.000002', position: 900 })).toBeLessThan(0);
    expect(comparePositions({ file: 'b.000003', position: 4 }, { file: 'b.000002', position: 900 })).toBeGreaterThan(0);
  });

  it('refuses to order what is no binary log', () => {
    expect(() => comparePositions({ file: 'relay', position: 1 }, { file: 'b.1', position: 1 })).toThrow(RangeError);
  });

  it('reads the position from the event of a restored instance and from no other event', () => {
    expect(parseRecoveredPosition('Binlog position from crash recovery is mysql-bin-changelog.000003 4278')).toEqual({
      file: 'mysql-bin-changelog.000003',
      position: 4278,
    });
    expect(parseRecoveredPosition('DB instance created')).toBeUndefined();
  });

  it('knows the same position again', () => {
    expect(samePosition({ file: 'b.1', position: 4 }, { file: 'b.1', position: 4 })).toBe(true);
    expect(samePosition({ file: 'b.1', position: 4 }, { file: 'b.2', position: 4 })).toBe(false);
  });
});

describe('versions', () => {
  it('takes an Aurora version apart', () => {
    expect(V3).toEqual({ text: '8.0.mysql_aurora.3.08.2', mysql: [8, 0], aurora: [3, 8, 2] });
    expect(familyOf(V84)).toBe('aurora-mysql8.4');
    expect(() => parseAuroraVersion('8.0.36')).toThrow(RangeError);
  });

  it('has rds_set_read_only from 3.06 on', () => {
    expect([V2, V305, V3, V84, LAB97].map(hasReadOnlyProcedure)).toEqual([false, false, true, true, true]);
  });

  it('says master up to 8.0.21 and source from 8.0.22 on', () => {
    expect(['5.7.29-log', '8.0.21', '8.0.22', '8.4.7', '9.7.4-2'].map(dialectOf)).toEqual([
      'master',
      'master',
      'source',
      'source',
      'source',
    ]);
  });

  it('asks for the position in the words of the version', () => {
    expect(['5.7.29-log', '8.0.39', '8.4.7'].map((version) => binlogPosition(version).sql)).toEqual([
      'SHOW MASTER STATUS',
      'SHOW MASTER STATUS',
      'SHOW BINARY LOG STATUS',
    ]);
    expect(replicaStatus('5.7.29').sql).toBe('SHOW SLAVE STATUS');
    expect(waitForPosition('9.7.4', { file: 'b.1', position: 4 }, 3).sql).toBe(
      'SELECT SOURCE_POS_WAIT(?, ?, ?) AS waited',
    );
  });

  it('chooses a plugin for the replication account that both sides can use in both directions', () => {
    expect(replicationPlugin(V2, V3)).toBe('mysql_native_password');
    expect(replicationPlugin(V2, LAB97)).toBe('sha256_password');
    expect(replicationPlugin(V3, V84)).toBe('caching_sha2_password');
    expect(replicationPlugin(LAB97, LAB97)).toBe('caching_sha2_password');
  });

  it('requires TLS of the account only where both directions can encrypt', () => {
    expect(accountRequiresTls('auto', V2, V3)).toBe(false);
    expect(accountRequiresTls('auto', V3, V84)).toBe(true);
    expect(accountRequiresTls('off', V3, V84)).toBe(false);
  });

  it('knows that a 5.7 replica keeps 60 characters of its source', () => {
    expect([V2, V3].map(longestSourceHost)).toEqual([60, 255]);
  });
});

describe('what servers answer', () => {
  it('reads SHOW SLAVE STATUS of 5.7', () => {
    const status = parseReplicaStatus([
      {
        Master_Host: 'blue',
        Master_Port: 3306,
        Slave_IO_Running: 'Yes',
        Slave_SQL_Running: 'No',
        Slave_SQL_Running_State: '',
        Seconds_Behind_Master: null,
        Master_Log_File: 'b.000002',
        Read_Master_Log_Pos: 900,
        Relay_Master_Log_File: 'b.000001',
        Exec_Master_Log_Pos: 154,
        Last_IO_Error: '',
        Last_SQL_Error: 'Duplicate entry',
      },
    ]);
    expect(status).toEqual({
      sourceHost: 'blue',
      sourcePort: 3306,
      isReceiving: true,
      receiverState: 'Yes',
      isApplying: false,
      applierState: '',
      lagSeconds: undefined,
      received: { file: 'b.000002', position: 900 },
      applied: { file: 'b.000001', position: 154 },
      lastError: 'Duplicate entry',
      applierError: 'Duplicate entry',
    });
  });

  it('reads SHOW REPLICA STATUS of later versions, and no channel as none', () => {
    expect(
      parseReplicaStatus([
        {
          Source_Host: 'green',
          Source_Port: 3306,
          Replica_IO_Running: 'Connecting',
          Replica_SQL_Running: 'Yes',
          Seconds_Behind_Source: 0,
          Last_IO_Error: 'error connecting',
        },
      ]),
    ).toMatchObject({
      sourceHost: 'green',
      isReceiving: false,
      receiverState: 'Connecting',
      isApplying: true,
      lagSeconds: 0,
      applierError: undefined,
    });
    expect(parseReplicaStatus([])).toBeUndefined();
    expect(parseReplicaStatus([{ Source_Host: '' }])).toBeUndefined();
  });

  it('tells the three outcomes of a wait apart', () => {
    const { parse } = waitForPosition('5.7.29', { file: 'b.1', position: 4 }, 1);
    expect(
      [[{ waited: 0 }], [{ waited: 12 }], [{ waited: -1 }], [{ waited: null }], []].map((rows) => parse(rows)),
    ).toEqual(['reached', 'reached', 'timed-out', 'not-applying', 'not-applying']);
  });

  it('tells an unset retention from a set one', () => {
    const rows = (value: string | null): { name: string; value: string | null }[] => [
      { name: 'binlog retention hours', value },
    ];
    expect(binlogRetention().parse(rows(null))).toBeNull();
    expect(binlogRetention().parse(rows('48'))).toBe(48);
  });
});

describe('statements', () => {
  it('never show a password', () => {
    const account = { user: 'cutover_repl', host: '%' };
    expect(renderStatement(createAccount(account, 'sha256_password', 'hush', false))).not.toContain('hush');
    const source = {
      host: 'blue',
      port: 3306,
      user: 'cutover_repl',
      password: 'hush',
      position: { file: 'b.1', position: 4 },
    };
    expect(renderStatement(setExternalSource('source', source))).toBe(
      "CALL mysql.rds_set_external_source('blue', 3306, 'cutover_repl', '***', 'b.1', 4, 0)",
    );
  });
});

describe('the password of a tool account', () => {
  it('is the same for the same master password, upgrade and account, and another one for any other', () => {
    const passwords = [
      derivedPassword('master', 'lineage', 'repl'),
      derivedPassword('master', 'lineage', 'probe'),
      derivedPassword('master', 'other', 'repl'),
      derivedPassword('other', 'lineage', 'repl'),
    ];
    expect(new Set(passwords).size).toBe(4);
    expect(derivedPassword('master', 'lineage', 'repl')).toBe(passwords[0]);
  });

  it('fits into the 32 characters of a replication channel and meets the usual policies', () => {
    const password = derivedPassword('master', 'lineage', 'repl');
    expect(password).toHaveLength(32);
    for (const wanted of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(password).toMatch(wanted);
  });
});

describe('whether a server has written after a position', () => {
  const final = { file: 'b.000002', position: 9_000 };

  it.each([
    ['the file ends there', [{ file: 'b.000002', bytes: 9_000 }], false],
    ['the file has grown', [{ file: 'b.000002', bytes: 9_001 }], true],
    [
      'a restart ended the file and began another',
      [
        { file: 'b.000002', bytes: 9_023 },
        { file: 'b.000003', bytes: 158 },
      ],
      false,
    ],
    [
      'a crash began another file',
      [
        { file: 'b.000002', bytes: 9_000 },
        { file: 'b.000003', bytes: 154 },
      ],
      false,
    ],
    [
      'two restarts',
      [
        { file: 'b.000002', bytes: 9_023 },
        { file: 'b.000003', bytes: 181 },
        { file: 'b.000004', bytes: 158 },
      ],
      false,
    ],
    [
      'writes before the restart',
      [
        { file: 'b.000002', bytes: 9_400 },
        { file: 'b.000003', bytes: 158 },
      ],
      true,
    ],
    [
      'writes after the restart',
      [
        { file: 'b.000002', bytes: 9_023 },
        { file: 'b.000003', bytes: 480 },
      ],
      true,
    ],
    ['the file is gone', [{ file: 'b.000009', bytes: 158 }], true],
  ])('%s', (_name, logs, expected) => {
    expect(hasWrittenAfter(final, [{ file: 'b.000001', bytes: 1_000_000 }, ...logs])).toBe(expected);
  });
});
