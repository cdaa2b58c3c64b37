import { ask, clusterFacts, limits, problem } from '../../engine/context';
import type { Problem, Step } from '../../engine/step';
import { binlogPosition, globalVariables, serverIdentity } from '../../mysql/queries';
import { SAFE_CONNECTION } from '../../mysql/reverse-rules';
import { parseAuroraVersion } from '../../mysql/version';

/**
 * Postcondition: green refuses writes, runs no events, and writes a binary log that blue can read on the way back.
 * Observed on the server itself, not in the parameter groups.
 * Undo leaves nothing behind: it only looks. What is wrong is Terraform's to change.
 */
export const verifyGreenSettings: Step = {
  id: 'verify-green-settings',
  phase: 'replicate',
  title: 'Prove that green refuses writes and can feed the way back',
  async check(context) {
    if (!context.facts().green) return { is: 'later', waitsFor: '`cdktf deploy`', changes: [] };
    const server = await context.mysql.connect('green');
    const identity = await server.read(serverIdentity(), limits(context));
    const live = await ask(
      context,
      'green',
      globalVariables(Object.keys(WANTED).concat('collation_server', 'init_connect')),
    );
    const problems: Problem[] = [];
    if (identity.isReader) problems.push(wrong('innodb_read_only', 'ON', 'OFF: this is a reader'));
    if (!identity.isReadOnly) problems.push(wrong('read_only', 'OFF', 'ON'));
    for (const [name, wanted] of Object.entries(WANTED)) {
      const found = live.get(name);
      if (found !== undefined && found !== wanted) problems.push(wrong(name, found || "''", wanted || "''"));
    }
    if (!(await server.read(binlogPosition(server.version), limits(context))))
      problems.push(wrong('log_bin', 'OFF', 'ON'));
    const goesBackTo = parseAuroraVersion(clusterFacts(context, 'blue').engineVersion);
    if (goesBackTo.mysql[0] < 8) {
      const collation = live.get('collation_server') ?? '';
      if (collation.includes('_0900_'))
        problems.push(wrong('collation_server', collation, 'a collation that blue knows'));
      const connects = live.get('init_connect') ?? '';
      if (
        parseAuroraVersion(clusterFacts(context, 'green').engineVersion).mysql[0] >= 8 &&
        !connects.includes(SAFE_CONNECTION)
      ) {
        problems.push(wrong('init_connect', connects || "''", SAFE_CONNECTION));
      }
    }
    if (problems.length > 0) return { is: 'blocked', problems };
    return { is: 'done', evidence: 'read_only ON, event_scheduler OFF, binary log ROW and readable by blue' };
  },
  async do() {
    // Never needed: the check says done or blocked.
  },
};

/** Live values that the way there and back needs (facts of replication 9.7 -> 5.7). A variable that green lacks is no problem. */
const WANTED: Readonly<Record<string, string>> = {
  binlog_format: 'ROW',
  binlog_row_image: 'FULL',
  binlog_row_value_options: '',
  binlog_transaction_compression: 'OFF',
  event_scheduler: 'OFF',
};

function wrong(name: string, found: string, wanted: string): Problem {
  return problem(
    'green-setting',
    `${name} of green is ${found}, not ${wanted}`,
    `Live value of ${name} on green: ${found}; needed: ${wanted}. Run \`npx cdktf deploy\`; if the group is right already, a reboot of green's writer is pending.`,
  );
}
