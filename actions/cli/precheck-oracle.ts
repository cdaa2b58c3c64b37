/** `precheck --oracle lab`: a throw-away server of the lab decides what the target takes. The lab is no part of the tool. */
import { startScratchServer } from '../../lab/mysql/scratch-server';
import { seriesOf } from '../../lab/mysql/binaries';
import { withOracle } from '../checks/oracle/run-oracle';
import type { PrecheckReport } from '../checks/report';
import { messageOf, UpgradeError } from '../engine/errors';
import type { MysqlServer } from '../ports/mysql-server';
import { CALL_LIMIT_MS } from '../checks/queries';

/** The server is stopped and its folder removed whatever happens. Throws `oracle-unavailable` when it does not start. */
export async function askOracle(
  report: PrecheckReport,
  source: MysqlServer,
  signal: AbortSignal,
  stderr: NodeJS.WriteStream,
): Promise<PrecheckReport> {
  const scratch = await startScratchServer(seriesOf(report.targetVersion)).catch((cause: unknown) => {
    throw new UpgradeError('the server of the syntax oracle could not be started', {
      code: 'oracle-unavailable',
      source: 'tool',
      hint: `${messageOf(cause)} Without it, run precheck without --oracle: the text rules find the most frequent obstacles.`,
      cause,
    });
  });
  try {
    return await withOracle(report, (query) => source.read(query, { timeoutMs: CALL_LIMIT_MS, signal }), scratch, {
      signal,
      progress: (done, total) => {
        if (stderr.isTTY) stderr.write(`\r\x1b[2K… ${done} of ${total} definitions tried on MySQL ${scratch.version}`);
      },
    });
  } finally {
    if (stderr.isTTY) stderr.write('\r\x1b[2K');
    await scratch.destroy();
  }
}
