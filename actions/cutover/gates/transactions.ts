import { ask } from '../../engine/context';
import { openTransactions, type OpenTransaction } from '../../mysql/queries';
import type { Gate, GateContext, GateFamily } from './gate';

/** Open transactions of the serving side: the fence waits for them or cuts them off, and the other side must still apply them. */
export const transactions: GateFamily = {
  name: 'longest transaction',
  async ask(context) {
    const open = await ask(context, context.from, openTransactions());
    return [longest(context, open), largest(context, open)];
  },
};

function longest(context: GateContext, open: readonly OpenTransaction[]): Gate {
  const limitSeconds = context.config.cutover.maxTransaction / 1_000;
  const oldest = open[0];
  return {
    name: 'longest transaction',
    value: oldest ? `${oldest.ageSeconds} s (${describe(oldest)})` : 'none open',
    limit: `${limitSeconds} s`,
    ok: (oldest?.ageSeconds ?? 0) <= limitSeconds,
    reason: 'The fence waits for open transactions or cuts them off; a long one makes the write downtime long.',
    measured: { ageSeconds: oldest?.ageSeconds ?? 0, sessionId: oldest?.sessionId ?? null, open: open.length },
  };
}

/** The applier cannot split a transaction: the largest one in flight is the least that the drain takes. */
function largest(context: GateContext, open: readonly OpenTransaction[]): Gate {
  const limitRows = context.config.cutover.maxTransactionRows;
  const biggest = [...open].sort((a, b) => b.rowsModified - a.rowsModified)[0];
  const rows = biggest?.rowsModified ?? 0;
  return {
    name: 'largest transaction',
    value: biggest && rows > 0 ? `${rows} rows changed (${describe(biggest)})` : 'none has changed rows',
    limit: `${limitRows} rows`,
    ok: rows <= limitRows,
    reason: `Should it commit just before the fence, ${context.to} applies all of it while writes are blocked.`,
    measured: { rowsModified: rows, sessionId: biggest?.sessionId ?? null },
  };
}

function describe({ sessionId, rowsModified }: OpenTransaction): string {
  return sessionId === 0
    ? `a prepared XA transaction without a session, ${rowsModified} rows`
    : `session ${sessionId}, ${rowsModified} rows`;
}
