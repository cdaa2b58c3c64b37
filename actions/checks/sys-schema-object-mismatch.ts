import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { objectName, quoted, select, text } from './queries';

const TABLES = select(
  'tables-in-sys',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_schema = 'sys' AND table_type = 'BASE TABLE' AND table_name <> 'sys_config' ORDER BY table_name`,
);

export const sysSchemaObjectMismatch: UpgradeCheck = {
  id: 'sysSchemaObjectMismatch',
  auroraId: 'auroraUpgradeCheckForSysSchemaObjectTypeMismatch',
  title: 'Tables in the place of views of the schema sys',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'The upgrade makes the views of the schema sys anew. A table under the name of one of them, such as a careless import of a dump leaves, stops it.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on sys',
  queries: [TABLES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0) || crosses(crossing, 8, 4, 0),
  async run(context) {
    return (await context.read(TABLES))
      .filter((row) => SYS_VIEW.test(text(row, 'table_name')))
      .map((row) => ({
        level: 'error',
        object: objectName(row, 'schema_name', 'table_name'),
        description: 'A table stands where sys has a view.',
        cure: `DROP TABLE ${quoted('sys', text(row, 'table_name'))}; (move what is in it elsewhere first)`,
      }));
  },
};

/** Names of the views of sys, those of 9.7.4 included. */
const SYS_VIEW =
  /^(x\$)?(version|latest_file_io|metrics|processlist|session|session_ssl_status|(host|user)_summary(_by_\w+)?|innodb_(buffer_stats_by_(schema|table)|lock_waits)|io_(by_thread|global)_by_\w+|memory_(by_(host|thread|user)|global)_\w+|ps_(check_lost_instrumentation|digest_\w+|schema_\w+)|schema_(auto_increment_columns|flattened_keys|index_statistics|object_overview|redundant_indexes|table\w+|unused_indexes)|statement_analysis|statements_with_\w+|wait_classes_global_by_\w+|waits_(by_(host|user)|global)_by_latency)$/i;
