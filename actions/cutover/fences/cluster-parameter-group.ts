import { setReadOnlyParameter } from '../../aws/calls';
import { aws } from '../../engine/context';
import { OutcomeUnknownError, UpgradeError } from '../../engine/errors';
import { waitUntil } from '../../engine/wait-until';
import type { StepContext } from '../../engine/step';
import { serverIdentity } from '../../mysql/queries';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import { endHolders, type SessionKiller } from '../kill-sessions';
import type { Fence } from './fence';

const POLL_MS = 10;
/** Now and then it is looked whether a long statement holds the change up. */
const LOOK_MS = 1_000;
/** RDS accepts the call within a second; one that is never answered must not use up the budget. */
const CALL_MS = 3_000;
const PAUSE_MS = 100;

/**
 * `read_only` in the cluster parameter group: the only way before Aurora MySQL 3.06. RDS applies it to the running server
 * some time after it has accepted the call, so the server is asked until it shows.
 */
export function clusterParameterGroupFence(
  context: StepContext,
  server: MysqlServer,
  facts: ClusterFacts,
  killer: SessionKiller,
): Fence {
  const group = facts.clusterParameterGroup;
  const isClosed = async (within: CallLimits): Promise<boolean> =>
    (await server.read(serverIdentity(), within)).isReadOnly;
  const until = (what: string, within: CallLimits, probe: () => Promise<boolean>): Promise<true> => {
    let lookAt = context.clock.monotonicMs() + LOOK_MS;
    return waitUntil(
      {
        clock: context.clock,
        emit: context.emit,
        signal: within.signal ?? context.signal,
        reason: what,
        budgetMs: within.timeoutMs,
        intervalMs: POLL_MS,
        hint: `Look at the parameter group ${group} in the RDS console.`,
      },
      async () => {
        if (await probe()) return true;
        if (context.clock.monotonicMs() >= lookAt) {
          lookAt = context.clock.monotonicMs() + LOOK_MS;
          await endHolders(context, server, killer, within);
        }
        return undefined;
      },
    );
  };
  /** Setting the same value twice is as good as once, so an answer that is lost is no reason to give up. */
  const ask = async (closed: boolean, within: CallLimits): Promise<void> => {
    const end = context.clock.monotonicMs() + within.timeoutMs;
    for (;;) {
      const leftMs = end - context.clock.monotonicMs();
      try {
        await context.aws.run(setReadOnlyParameter(group, closed), { ...within, timeoutMs: Math.min(CALL_MS, leftMs) });
        return;
      } catch (error) {
        if (!(error instanceof OutcomeUnknownError) || leftMs <= CALL_MS) throw error;
        await context.clock.sleep(PAUSE_MS, within.signal ?? context.signal);
      }
    }
  };
  const set = async (closed: boolean, within: CallLimits): Promise<void> => {
    await ask(closed, within);
    const what = `read_only of ${server.side} to become ${closed ? 'ON' : 'OFF'}`;
    await until(what, within, async () => (await isClosed(within)) === closed);
  };
  return {
    kind: 'cluster-parameter-group',
    close: (within) => set(true, within),
    open: (within) => set(false, within),
    // A change that RDS has accepted but not applied yet could undo what was seen on the server.
    async settle(within) {
      await until(`the parameters of ${server.side} to be applied`, within, async () => {
        const cluster = await context.aws.rds.cluster(facts.clusterId);
        return cluster?.members.find((member) => member.isWriter)?.clusterParameterStatus !== 'applying';
      });
    },
    isClosed,
    binds: () => false,
    async probe() {
      const found = (await context.aws.rds.parameters('cluster', group, 'all')).find(
        ({ name }) => name === 'read_only',
      );
      if (found?.isModifiable !== true || found.applyType !== 'dynamic') {
        throw new UpgradeError(`read_only of the parameter group ${group} cannot be changed while the cluster runs`, {
          code: 'fence-not-possible',
          source: 'aws',
          hint: 'Give the cluster a parameter group of its own: AWS lets nobody change a default one.',
        });
      }
      return `read_only of ${group} is modifiable and dynamic; RDS takes its time to apply it`;
    },
    changes: (closed) => aws(setReadOnlyParameter(group, closed)),
    manualOpen: () => [
      `aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name ${group} --parameters ParameterName=read_only,ParameterValue=0,ApplyMethod=immediate`,
    ],
  };
}
