/** A small plan with one of everything. */
import type { Plan } from '../../actions/engine/plan';
import { createAccount, setBinlogRetention, setReadOnly } from '../../actions/mysql/statements';

export const PASSWORD = "pa'ss";

export const PLAN: Plan = {
  format: 2,
  name: 'orders',
  binding: {
    configHash: '0123456789abcdef0123',
    lineage: '7f3a',
    stateSerial: 4,
    phase: 'prepared',
    endedSwitches: 0,
    terraformSerial: null,
    sides: {
      blue: {
        clusterResourceId: 'cluster-BLUE',
        serverUuid: 'uuid-of-blue',
        engineVersion: '5.7.mysql_aurora.2.12.4',
        parameters: { 'cluster max_connections': '400', 'instance sort_buffer_size': '262144' },
        accounts: ['admin@%', 'app@%'],
        ownParameters: ['cluster read_only', 'cluster event_scheduler'],
      },
    },
  },
  terraform: { is: 'not-planned', why: 'nobody asked' },
  measured: { downtime: [] },
  sections: [
    {
      command: 'apply',
      title: 'Prepare blue',
      steps: [
        {
          id: 'enable-binlog',
          title: 'Turn the binary log of blue on',
          check: { is: 'done', evidence: 'log_bin is ON' },
          blocksWrites: false,
          commitPoint: false,
          undo: 'the parameter is set back',
        },
        {
          id: 'create-replication-account',
          title: 'Create the replication account on blue',
          check: {
            is: 'needed',
            warning: 'writes pause while the account is made',
            changes: [
              {
                kind: 'sql',
                side: 'blue',
                statement: createAccount({ user: 'repl', host: '%' }, 'mysql_native_password', PASSWORD, true),
              },
              { kind: 'sql', side: 'blue', statement: setBinlogRetention(48) },
              { kind: 'value', what: 'binlog retention hours', before: 'NULL', after: '48' },
            ],
          },
          blocksWrites: false,
          commitPoint: false,
          undo: 'the account is dropped',
        },
        {
          id: 'set-parameters',
          title: 'Set the parameters of green',
          check: {
            is: 'needed',
            changes: [
              {
                kind: 'aws',
                call: {
                  service: 'rds',
                  action: 'ModifyDBClusterParameterGroup',
                  input: {
                    Parameters: [{ Value: 'ROW', Name: 'binlog_format' }],
                    DBClusterParameterGroupName: 'orders',
                  },
                },
              },
              { kind: 'value', what: 'binlog_format', before: 'OFF', after: 'ROW' },
              { kind: 'value', what: 'max_connections', before: '400', after: '400' },
            ],
          },
          blocksWrites: false,
          commitPoint: false,
          undo: 'nothing to undo',
        },
        {
          id: 'check-engine',
          title: 'Check the tables of blue',
          check: {
            is: 'blocked',
            problems: [
              {
                code: 'myisam-tables',
                summary: '2 tables are not InnoDB',
                detail: 'They cannot be carried.\nConvert <them> first.',
              },
            ],
          },
          blocksWrites: false,
          commitPoint: false,
          undo: '',
        },
      ],
    },
    {
      command: 'cutover',
      title: 'Switch writes to green',
      steps: [
        step('pre-drain', 'Let green catch up', false),
        {
          ...step('fence-blue', 'Fence blue', true),
          check: {
            is: 'later',
            waitsFor: 'cdktf deploy',
            changes: [{ kind: 'sql', side: 'blue', statement: setReadOnly(true) }],
          },
          undo: 'blue takes writes again',
        },
        { ...step('drain', 'Wait for the final position', true), commitPoint: true },
        step('open-green', 'Open green', true),
        step('confirm', 'Confirm the reverse channel', false),
      ],
    },
    { command: 'finalize', title: 'Give up the way back', steps: [] },
  ],
  notCarried: [{ name: 'query_cache_size', value: '1048576', reason: 'MySQL 8.0 has no query cache' }],
};

function step(id: string, title: string, blocksWrites: boolean): Plan['sections'][number]['steps'][number] {
  return {
    id,
    title,
    check: { is: 'later', waitsFor: 'cdktf deploy', changes: [] },
    blocksWrites,
    commitPoint: false,
    undo: 'nothing to undo',
  };
}
