import { dialectOf } from '../mysql/version';
import type { UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';
import { show, text } from './queries';

const MASTER_STATUS = show('replica-status-of-5.7', 'SHOW SLAVE STATUS');
const SOURCE_STATUS = show('replica-status', 'SHOW REPLICA STATUS');

export const replicaOfAnother: UpgradeCheck = {
  id: 'replicaOfAnother',
  title: 'Blue is itself a replica',
  group: 'replication',
  severity: 'error',
  whyItMatters:
    'A replication channel writes past read_only. While one runs into blue, no fence makes blue stand still, and its writes would be lost at the cutover.',
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'REPLICATION CLIENT',
  queries: [MASTER_STATUS, SOURCE_STATUS],
  appliesTo: () => true,
  async run(context) {
    const isSourceDialect = dialectOf(context.server.version) === 'source';
    const word = isSourceDialect ? { of: 'Source', replica: 'Replica' } : { of: 'Master', replica: 'Slave' };
    return (await context.read(isSourceDialect ? SOURCE_STATUS : MASTER_STATUS)).map((row) => {
      const isRunning = ['IO', 'SQL'].some((thread) => text(row, `${word.replica}_${thread}_Running`) !== 'No');
      const source = `${text(row, `${word.of}_Host`)}:${text(row, `${word.of}_Port`)}`;
      return {
        level: isRunning ? 'error' : 'warning',
        object: source,
        description: `Blue has a replication channel from ${source}, which ${isRunning ? 'is running' : 'is stopped'}.`,
        cure: isSourceDialect
          ? 'CALL mysql.rds_stop_replication; CALL mysql.rds_reset_external_source;'
          : 'CALL mysql.rds_stop_replication; CALL mysql.rds_reset_external_master;',
      };
    });
  },
};
