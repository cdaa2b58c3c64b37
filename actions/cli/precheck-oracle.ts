/** `precheck --oracle`: a throw-away server of the target version decides what it takes. The lab, which is no part of the tool, is loaded only when it is asked for. */
import type { Scratch } from '../checks/oracle/scratch';
import { withOracle } from '../checks/oracle/run-oracle';
import type { PrecheckReport } from '../checks/report';
import { messageOf, UpgradeError } from '../engine/errors';
import type { MysqlServer } from '../ports/mysql-server';
import { CALL_LIMIT_MS } from '../checks/queries';
import { onScratchCluster, type ScratchClusterWork } from './precheck-scratch-cluster';

export interface Oracle {
  readonly source: MysqlServer;
  readonly signal: AbortSignal;
  readonly stderr: NodeJS.WriteStream;
}

/** The server is stopped and its folder removed whatever happens. Throws `oracle-unavailable` when it does not start. */
export async function askLabOracle(report: PrecheckReport, oracle: Oracle): Promise<PrecheckReport> {
  const [{ startScratchServer }, { seriesOf }] = await Promise.all([
    import('../../lab/mysql/scratch-server'),
    import('../../lab/mysql/binaries'),
  ]);
  const scratch = await startScratchServer(seriesOf(report.targetVersion)).catch((cause: unknown) => {
    throw new UpgradeError('the server of the syntax oracle could not be started', {
      code: 'oracle-unavailable',
      source: 'tool',
      hint: `${messageOf(cause)} Without it, run precheck without --oracle: the text rules find the most frequent obstacles.`,
      cause,
    });
  });
  try {
    return await tryOn(scratch, report, oracle);
  } finally {
    await scratch.destroy();
  }
}

/** Throws what `onScratchCluster` throws. The cluster is deleted whatever happens. */
export function askCloneOracle(
  report: PrecheckReport,
  oracle: Oracle,
  cluster: Omit<ScratchClusterWork, 'signal'>,
): Promise<PrecheckReport> {
  return onScratchCluster({ ...cluster, signal: oracle.signal }, (scratch) => tryOn(scratch, report, oracle));
}

async function tryOn(
  scratch: Scratch,
  report: PrecheckReport,
  { source, signal, stderr }: Oracle,
): Promise<PrecheckReport> {
  try {
    return await withOracle(report, (query) => source.read(query, { timeoutMs: CALL_LIMIT_MS, signal }), scratch, {
      signal,
      progress: (done, total) => {
        if (stderr.isTTY) stderr.write(`\r\x1b[2K… ${done} of ${total} definitions tried on MySQL ${scratch.version}`);
      },
    });
  } finally {
    if (stderr.isTTY) stderr.write('\r\x1b[2K');
  }
}
