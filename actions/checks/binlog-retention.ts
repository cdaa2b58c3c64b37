import { binlogRetention } from '../mysql/queries';
import type { CheckContext, Finding, UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';
import { show } from './queries';

const HOUR_MS = 3_600_000;
const RETENTION = show('binlog-retention', 'CALL mysql.rds_show_configuration');

export const binlogRetentionCheck: UpgradeCheck = {
  id: 'binlogRetention',
  title: 'How long blue keeps its binary logs',
  group: 'replication',
  severity: 'warning',
  whyItMatters:
    'From the snapshot until green has caught up, and again for the way back, the binary logs of blue must not be purged. A log that is gone means a new snapshot.',
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'EXECUTE on mysql.rds_show_configuration',
  queries: [RETENTION],
  appliesTo: () => true,
  async run(context) {
    const { config } = context;
    const findings: Finding[] = [];
    if (config && config.replication.retention < 2 * config.replication.catchUp) {
      findings.push({
        level: 'warning',
        object: 'replication.retention',
        description: `It is ${config.replication.retention / HOUR_MS} h, and catching up alone may take ${config.replication.catchUp / HOUR_MS} h; restoring the snapshot comes before that.`,
        cure: 'Set replication.retention to at least twice replication.catchUp.',
      });
    }
    const hours = await keptHours(context);
    const wanted = config === undefined ? undefined : Math.ceil(config.replication.retention / HOUR_MS);
    if (wanted !== undefined && (hours === undefined || hours < wanted)) {
      findings.push({
        level: 'notice',
        object: 'binlog retention hours',
        description: `Blue keeps its binary logs for ${hours === undefined ? 'no set time' : `${hours} h`}; \`apply\` sets ${wanted} h.`,
      });
    }
    return findings;
  },
};

/** Undefined when nobody has set it. Servers without RDS's procedures purge by a variable, where 0 means never. */
async function keptHours(context: CheckContext): Promise<number | undefined> {
  if (context.crossing.sourceVersion.includes('mysql_aurora')) {
    return (await context.read(binlogRetention())) ?? undefined;
  }
  const variables = await context.variables();
  const seconds =
    Number(variables.get('binlog_expire_logs_seconds') ?? 0) || 86_400 * Number(variables.get('expire_logs_days') ?? 0);
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds / 3600;
}
