import type { Finding, UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';
import { show, text } from './queries';

const ENHANCED_BINLOG = show('enhanced-binlog', "SHOW GLOBAL STATUS LIKE 'aurora_enhanced_binlog'");

export const replicationSettings: UpgradeCheck = {
  id: 'replicationSettings',
  title: 'Binary log settings',
  group: 'replication',
  severity: 'error',
  whyItMatters:
    "Green is fed from blue's binary log. `apply` turns the log on and sets its format; other settings stop the new version from reading the log, or make the coordinates of the snapshot wrong.",
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'nothing',
  queries: [ENHANCED_BINLOG],
  appliesTo: () => true,
  async run(context) {
    const variables = await context.variables();
    const value = (name: string): string => (variables.get(name) ?? '').toUpperCase();
    const wanted = context.config?.replication.binlogFormat ?? 'ROW';
    const findings: Finding[] = [];

    if (value('log_bin') !== 'ON') {
      findings.push({
        level: 'notice',
        object: 'log_bin',
        description: 'The binary log is off. `apply` turns it on, which needs a reboot of the writer.',
      });
    } else if (value('binlog_format') !== wanted) {
      findings.push({
        level: 'notice',
        object: 'binlog_format',
        description: `The format is ${value('binlog_format')}; \`apply\` sets ${wanted}. Sessions that are open then keep the old one.`,
        cure: 'Let the application reconnect after `apply` and before the snapshot is taken.',
      });
    }
    if (wanted !== 'ROW') {
      findings.push({
        level: 'warning',
        object: 'replication.binlogFormat',
        description: `${wanted} repeats statements on green, where implicit order, UUID(), removed syntax and new reserved words change or break them.`,
        cure: 'Set replication.binlogFormat to ROW.',
      });
    }
    if (value('log_bin_use_v1_row_events') === 'ON') {
      findings.push({
        level: 'error',
        object: 'log_bin_use_v1_row_events',
        description: 'Blue writes row events of version 1; newer servers stop at them with error 13121.',
        cure: 'Set log_bin_use_v1_row_events to 0 in the parameter group of blue.',
      });
    }
    if (variables.has('binlog_row_image') && value('binlog_row_image') !== 'FULL') {
      findings.push({
        level: 'notice',
        object: 'binlog_row_image',
        description: `The row image is ${value('binlog_row_image')}: green finds rows by their key alone and cannot notice that the others differ.`,
      });
    }
    const enhanced = (await context.read(ENHANCED_BINLOG)).map((row) => text(row, 'Value').toUpperCase());
    if (enhanced.includes('ACTIVE')) {
      findings.push({
        level: 'error',
        object: 'aurora_enhanced_binlog',
        description:
          'Enhanced binlog keeps its files out of snapshots and clones, so the position that a restored cluster reports cannot be trusted.',
        cure: 'Set aurora_enhanced_binlog to 0, binlog_backup and binlog_replication_globaldb to 1, and reboot the writer.',
      });
    }
    return findings;
  },
};
