import type { ClusterRecord, InstanceRecord } from '../document';
import { isoNow, type World } from '../world';
import { recordEvent } from './events';

const LOG_NAME = 'upgrade-prechecks.log';

/** The event and the log that RDS leaves when a cluster's data could not be upgraded to `target`. */
export function recordFailedPrecheck(
  world: World,
  cluster: ClusterRecord,
  instance: InstanceRecord,
  target: string,
): void {
  recordEvent(
    world,
    'db-cluster',
    cluster.id,
    `Database cluster is in a state that cannot be upgraded: Upgrade prechecks failed. For more details, see the ${LOG_NAME} file.`,
    ['maintenance'],
  );
  const log = {
    serverAddress: '/tmp%2Fmysql.sock',
    serverVersion: cluster.engineVersion.split('.mysql_aurora.')[0],
    targetVersion: target.split('.mysql_aurora.')[0],
    auroraServerVersion: cluster.engineVersion.split('.mysql_aurora.')[1],
    auroraTargetVersion: target.split('.mysql_aurora.')[1],
    outfilePath: `/rdsdbdata/tmp/${LOG_NAME}`,
    checksPerformed: [
      {
        id: 'routineSyntaxCheck',
        title: 'MySQL syntax check for routine-like objects',
        status: 'OK',
        description: 'These objects do not parse with the grammar of the target version.',
        detectedProblems: [
          { level: 'Error', dbObject: 'lab.broken_routine', description: 'at line 3,1: unexpected token' },
        ],
      },
      { id: 'zeroDatesCheck', title: 'Zero dates', status: 'OK', detectedProblems: [] },
    ],
    errorCount: 1,
    warningCount: 0,
    noticeCount: 0,
    Summary: '1 error was found. Correct it before upgrading.',
  };
  const files = (world.store.document.logFiles[instance.id] ??= {});
  files[LOG_NAME] = { lastWrittenAt: isoNow(), content: `${JSON.stringify(log, undefined, 2)}\n` };
}
