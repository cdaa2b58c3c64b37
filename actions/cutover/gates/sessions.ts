import { isDdl } from '../../checks/ddl-running';
import { ask } from '../../engine/context';
import { runningSessions, type RunningSession } from '../../mysql/gate-queries';
import { isApplication } from '../kill-sessions';
import type { Gate, GateContext, GateFamily } from './gate';

/** Who is connected to the serving side, and whether somebody changes a schema there. */
export const sessions: GateFamily = {
  name: 'sessions',
  async ask(context) {
    const own = new Set(context.servers[context.from].ownConnectionIds());
    const all = (await ask(context, context.from, runningSessions())).filter(({ id }) => !own.has(id));
    return [schemaChanges(context, all), byAccount(context, all, own)];
  },
};

function schemaChanges({ from, to }: GateContext, all: readonly RunningSession[]): Gate {
  const running = all
    .filter(({ statement }) => statement !== '' && isDdl(statement))
    .sort((a, b) => b.seconds - a.seconds);
  const [longest] = running;
  return {
    name: 'DDL running',
    value: longest
      ? `${running.length} (session ${longest.id} of ${longest.user}, for ${longest.seconds} s: ${longest.state || 'no state'})`
      : 'none',
    limit: 'none',
    ok: running.length === 0,
    reason: `The fence of ${from} waits for a running DDL statement, and ${to} then takes as long for it once more. Wait until it has ended.`,
    measured: { running: running.length, seconds: longest?.seconds ?? 0, sessionId: longest?.id ?? null },
  };
}

/** Says who will be cut off. Closed only by accounts that nobody expects, where `cutover.expectedAccounts` names the others. */
function byAccount(context: GateContext, all: readonly RunningSession[], own: ReadonlySet<number>): Gate {
  const { expectedAccounts } = context.config.cutover;
  const counts = new Map<string, number>();
  for (const session of all) {
    if (isApplication({ ...session, host: '' }, context, own))
      counts.set(session.user, (counts.get(session.user) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, one], [b, two]) => two - one || (a < b ? -1 : 1));
  const unknown =
    expectedAccounts.length === 0
      ? []
      : sorted.filter(([user]) => !expectedAccounts.includes(user)).map(([user]) => user);
  return {
    name: 'sessions by account',
    value: sorted.length === 0 ? 'none' : sorted.map(([user, count]) => `${user} ${count}`).join(', '),
    limit: expectedAccounts.length === 0 ? 'none set: these sessions are ended' : `${expectedAccounts.join(', ')}`,
    ok: unknown.length === 0,
    reason:
      unknown.length === 0
        ? `Sessions on ${context.from} are ended once the endpoints point at ${context.to}.`
        : `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} connected to ${context.from} and not in cutover.expectedAccounts: whoever that is would be cut off, and may not follow the endpoints.`,
    measured: { ...Object.fromEntries(sorted) },
  };
}
