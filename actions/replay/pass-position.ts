import { limits } from '../engine/context';
import { notFollowing } from '../prewarm/run-prewarm';
import { binlogPosition, replicaStatus, waitForPosition } from '../mysql/queries';
import type { MysqlServer } from '../ports/mysql-server';

const WAIT_SECONDS = 5;
/** The longest wait for a position: ten minutes. */
const WAITS = 120;

/** Resolves when the replica has applied all that the source had logged when it was asked. Throws `reads-not-following`. */
export async function passPosition(
  context: { readonly signal: AbortSignal },
  source: MysqlServer,
  replica: MysqlServer,
): Promise<void> {
  const position = await source.read(binlogPosition(source.version), limits(context));
  if (!position) throw notFollowing(replica.side, `${source.side} writes no binary log`);
  const within = () => limits(context, (WAIT_SECONDS + 10) * 1_000);
  for (let wait = 0; wait < WAITS; wait++) {
    const outcome = await replica.read(waitForPosition(replica.version, position, WAIT_SECONDS), within());
    if (outcome === 'reached') return;
    if (outcome === 'timed-out') continue;
    const status = await replica.read(replicaStatus(replica.version), limits(context));
    if (status?.isApplying !== true) throw notFollowing(replica.side, status?.lastError);
  }
  throw notFollowing(
    replica.side,
    `it has not applied ${position.file}:${position.position} for ${WAITS * WAIT_SECONDS} s`,
  );
}
