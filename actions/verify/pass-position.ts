/** Waits until one side has applied what the other had logged, a bounded time. */
import { limits } from '../engine/context';
import type { StepContext } from '../engine/step';
import { binlogPosition, replicaStatus, waitForPosition } from '../mysql/queries';
import type { MysqlServer } from '../ports/mysql-server';
import { notFollowing } from './throttle';

const WAIT_SECONDS = 5;
/** The longest wait for the replica to apply a position. */
const WAITS = 120;

/** Resolves when the replica has applied all that the source had logged when it was asked. Throws what `refusal` makes. */
export async function passPosition(
  context: Pick<StepContext, 'signal'>,
  source: MysqlServer,
  replica: MysqlServer,
  refusal: typeof notFollowing = notFollowing,
): Promise<void> {
  const position = await source.read(binlogPosition(source.version), limits(context));
  if (!position) throw refusal(replica.side, `${source.side} writes no binary log`);
  const within = limits(context, (WAIT_SECONDS + 10) * 1_000);
  for (let wait = 0; wait < WAITS; wait++) {
    const outcome = await replica.read(waitForPosition(replica.version, position, WAIT_SECONDS), within);
    if (outcome === 'reached') return;
    if (outcome === 'not-applying') await refuseUnlessFollowing(context, replica, refusal);
  }
  throw refusal(replica.side, `it has not applied ${position.file}:${position.position} for ${WAITS * WAIT_SECONDS} s`);
}

/** Throws what `refusal` makes. */
export async function refuseUnlessFollowing(
  context: Pick<StepContext, 'signal'>,
  replica: MysqlServer,
  refusal: typeof notFollowing = notFollowing,
): Promise<void> {
  const status = await replica.read(replicaStatus(replica.version), limits(context));
  if (status?.isApplying !== true) throw refusal(replica.side, status?.lastError);
}
