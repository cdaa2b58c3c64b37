import { setReadOnlyParameter } from '../../aws/calls';
import { aws } from '../../engine/context';
import { waitUntil } from '../../engine/wait-until';
import type { StepContext } from '../../engine/step';
import { serverIdentity } from '../../mysql/queries';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Fence } from './fence';

const POLL_MS = 10;

/**
 * `read_only` in the cluster parameter group: the only way before Aurora MySQL 3.06. RDS applies it to the running server
 * some time after it has accepted the call, so the server is asked until it shows.
 */
export function clusterParameterGroupFence(context: StepContext, server: MysqlServer, facts: ClusterFacts): Fence {
  const group = facts.clusterParameterGroup;
  const isClosed = async (within: CallLimits): Promise<boolean> =>
    (await server.read(serverIdentity(), within)).isReadOnly;
  const shows = (closed: boolean, within: CallLimits, settled: () => Promise<boolean>): Promise<true> =>
    waitUntil(
      {
        clock: context.clock,
        emit: context.emit,
        signal: within.signal ?? context.signal,
        reason: `read_only of ${server.side} to become ${closed ? 'ON' : 'OFF'}`,
        budgetMs: within.timeoutMs,
        intervalMs: POLL_MS,
        hint: `Look at the parameter group ${group} in the RDS console.`,
      },
      async () => ((await isClosed(within)) === closed && (await settled()) ? true : undefined),
    );
  // A change that RDS has accepted but not applied yet could close the fence again after it was seen open.
  const inSync = async (): Promise<boolean> => {
    const cluster = await context.aws.rds.cluster(facts.clusterId);
    return cluster?.members.find((member) => member.isWriter)?.clusterParameterStatus !== 'applying';
  };
  return {
    kind: 'cluster-parameter-group',
    async close(within) {
      await context.aws.run(setReadOnlyParameter(group, true), within);
      await shows(true, within, () => Promise.resolve(true));
    },
    async open(within) {
      await context.aws.run(setReadOnlyParameter(group, false), within);
      await shows(false, within, inSync);
    },
    isClosed,
    changes: (closed) => aws(setReadOnlyParameter(group, closed)),
    manualOpen: () => [
      `aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name ${group} --parameters ParameterName=read_only,ParameterValue=0,ApplyMethod=immediate`,
    ],
  };
}
