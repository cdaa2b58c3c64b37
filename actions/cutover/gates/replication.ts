import { binlogPosition } from '../../mysql/queries';
import { formatPosition, type BinlogPosition } from '../../mysql/position';
import type { ReplicaStatus } from '../../mysql/replica-status';
import { channelOf, describeChannel, isRunning, readsFromPeer } from '../../steps/channel';
import type { Gate, GateContext, GateFamily } from './gate';

/** The channel that feeds the side to be opened: whether it runs, what has stopped it, how far it is behind. */
export const replication: GateFamily = {
  name: 'replication',
  async ask(context) {
    const source = context.servers[context.from];
    // The source first: what is written between the two looks must not count as received ahead of time.
    const end = await source.read(binlogPosition(source.version), context.within());
    const status = await channelOf(context, context.to);
    return [runs(context, status), errors(context, status), ...lag(context, status, end)];
  },
};

function runs(context: GateContext, status: ReplicaStatus | undefined): Gate {
  const isFed =
    status !== undefined && status.isReceiving && status.isApplying && readsFromPeer(context, context.to, status);
  return {
    name: 'replication',
    value: status ? describeChannel(status) : `${context.to} has no channel`,
    limit: `${context.to} receives from ${context.from} and applies`,
    ok: isFed,
    reason:
      status !== undefined && !isRunning(status)
        ? 'The channel is stopped, so the other side falls behind. Run `npm run apply`.'
        : 'A side that is not fed cannot take over. Look at `npm run status`.',
    measured: {
      receiving: status?.receiverState ?? null,
      applying: status ? (status.isApplying ? 'Yes' : 'No') : null,
    },
  };
}

function errors({ to }: GateContext, status: ReplicaStatus | undefined): Gate {
  return {
    name: 'replica errors',
    value: status?.lastError ?? 'none',
    limit: 'none',
    ok: status?.lastError === undefined,
    reason: `Something that ${to} could not apply or receive must be cured first; behind the fence it would be write downtime.`,
    measured: { error: status?.lastError ?? null },
  };
}

/** Seconds behind say 0 also while events are still to be received, so what has not arrived is shown beside them. */
function lag(
  context: GateContext,
  status: ReplicaStatus | undefined,
  end: BinlogPosition | undefined,
): readonly Gate[] {
  if (!status?.isReceiving || !status.isApplying) return [];
  const limitSeconds = context.config.cutover.maxLag / 1_000;
  const { lagSeconds, received } = status;
  const missing =
    end && received?.file === end.file ? `${Math.max(0, end.position - received.position)} bytes not received` : '';
  const other = end && received && received.file !== end.file ? `received up to ${formatPosition(received)}` : '';
  const seen = lagSeconds === undefined ? 'unknown' : `${lagSeconds} s`;
  return [
    {
      name: 'lag',
      value: [seen, missing || other].filter((part) => part !== '').join(', '),
      limit: `${limitSeconds} s`,
      ok: lagSeconds !== undefined && lagSeconds <= limitSeconds,
      reason: 'What the other side has not applied yet must be waited for while writes are blocked.',
      measured: {
        lagSeconds: lagSeconds ?? null,
        bytesNotReceived: end && received?.file === end.file ? Math.max(0, end.position - received.position) : null,
      },
    },
  ];
}
