/** A manual snapshot of blue as it was when a cutover fenced it: the fallback point, without lengthening the window. */
import { createClusterSnapshot } from '../aws/calls';
import { clusterFacts } from '../engine/context';
import { OutcomeUnknownError, messageOf, UpgradeError } from '../engine/errors';
import { formatPosition, type BinlogPosition } from '../mysql/position';
import type { AwsCall } from '../ports/aws';
import type { FenceSnapshot } from '../state/format';
import { channelOf } from '../steps/channel';
import type { SwitchContext } from './switch-context';

/** It has its own time: neither Ctrl-C nor the deadline of an effect ends it. */
type SnapshotContext = Omit<SwitchContext, 'within' | 'rememberPositions'>;

export interface SnapshotInTheMaking {
  readonly id: string;
  /** Resolves when RDS has answered, or has not for half a minute. Never rejects. */
  outcome(): Promise<FenceSnapshot>;
}

const ANSWER_MS = 30_000;
/** The next statement of the switch goes out first. */
const YIELD_MS = 1;
/** RDS's limit for identifiers is 63; a switch's id has 36. */
const NAME_CHARACTERS = 20;
const ALREADY_THERE = 'aws-DBClusterSnapshotAlreadyExistsFault';

export function wantsSnapshot({ config, direction }: Pick<SwitchContext, 'config' | 'direction'>): boolean {
  return config.cutover.snapshotAtFence && direction === 'cutover';
}

/** One name a switch: whoever goes on with it asks for the same snapshot. */
export function snapshotCall(
  context: Pick<SwitchContext, 'config' | 'facts' | 'from' | 'id'>,
  position: BinlogPosition | undefined,
): AwsCall {
  const { config, from, id } = context;
  const name = config.name.slice(0, NAME_CHARACTERS).replace(/-+$/, '');
  const suffix = id.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return createClusterSnapshot(clusterFacts(context, from).clusterId, `${name}-fence-${suffix}`, {
    ...config.tags,
    'aurora-cutover:position': position ? formatPosition(position) : 'unknown',
  });
}

/**
 * Asks RDS for it and returns at once: the call runs beside the opening of the other side, and what comes of it changes
 * nothing about the switch. Asked right after the commit and not before: the fenced side stands just as still, an undo never
 * meets a cluster that is being backed up, and no change of its parameters has to wait for the backup.
 * Should Aurora take it a moment later, only the reverse channel can have written by then, and a cluster restored from
 * it names its exact position in an event.
 */
export function snapshotAtFence(context: SnapshotContext, position: BinlogPosition): SnapshotInTheMaking {
  const call = snapshotCall(context, position);
  const id = String(call.input['DBClusterSnapshotIdentifier']);
  const asked = ask(context, call, { id, position });
  return { id, outcome: () => asked };
}

/**
 * For a switch that another process has committed: asks again under the same name, unless the reverse channel writes on
 * the old side already; then nobody knows whether the first process came to ask.
 */
export function snapshotAfterAll(context: SnapshotContext, position: BinlogPosition): SnapshotInTheMaking {
  const call = snapshotCall(context, position);
  const id = String(call.input['DBClusterSnapshotIdentifier']);
  const outcome = channelOf(context, context.from).then(
    (channel) =>
      channel
        ? tell(context, { id, position, outcome: 'unknown', reason: 'the process that was to ask for it was lost' })
        : ask(context, call, { id, position }),
    (error: unknown) => tell(context, { id, position, outcome: 'unknown', reason: messageOf(error) }),
  );
  return { id, outcome: () => outcome };
}

/** Waits for the answer, once the switch has ended. Undefined when none was asked for. */
export async function endSnapshot({
  found,
  from,
}: Pick<SwitchContext, 'found' | 'from'>): Promise<FenceSnapshot | undefined> {
  const snapshot = await found.snapshot?.outcome();
  if (snapshot?.outcome === 'asked')
    found.evidence.push(`the snapshot ${snapshot.id} holds ${from} at ${formatPosition(snapshot.position)}`);
  return snapshot;
}

async function ask(
  context: SnapshotContext,
  call: AwsCall,
  about: Pick<FenceSnapshot, 'id' | 'position'>,
): Promise<FenceSnapshot> {
  try {
    await context.clock.sleep(YIELD_MS);
    await context.aws.run(call, { timeoutMs: ANSWER_MS });
    return tell(context, { ...about, outcome: 'asked' });
  } catch (error) {
    if (error instanceof UpgradeError && error.code === ALREADY_THERE)
      return tell(context, { ...about, outcome: 'asked' });
    const outcome = error instanceof OutcomeUnknownError ? 'unknown' : 'failed';
    const hint = error instanceof UpgradeError ? error.hint : undefined;
    return tell(context, { ...about, outcome, reason: [messageOf(error), hint].filter(Boolean).join('. ') });
  }
}

function tell({ emit, from }: SnapshotContext, snapshot: FenceSnapshot): FenceSnapshot {
  const { id, position, outcome, reason } = snapshot;
  const text: Readonly<Record<FenceSnapshot['outcome'], string>> = {
    asked: `RDS takes the snapshot ${id} of ${from} at ${formatPosition(position)}`,
    failed: `there is no snapshot of ${from} at the fence: ${String(reason)} The switch went on without it.`,
    unknown: `whether RDS takes the snapshot ${id} of ${from} is not known: ${String(reason)}. Look with \`aws rds describe-db-cluster-snapshots --db-cluster-snapshot-identifier ${id}\`.`,
  };
  const isGood = outcome === 'asked';
  emit({
    type: 'note',
    level: isGood ? 'info' : 'warning',
    code: isGood ? 'snapshot-at-fence' : 'snapshot-not-taken',
    text: text[outcome],
  });
  return snapshot;
}
