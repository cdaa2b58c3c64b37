/** Which way sessions are ended by, as servers refuse one after the other (error numbers seen on 5.7.29 and 9.7.4). */
import type { StepContext } from '../../actions/engine/step';
import { UpgradeError } from '../../actions/engine/errors';
import { killApplicationSessions, sessionKiller } from '../../actions/cutover/kill-sessions';
import type { SwitchContext } from '../../actions/cutover/switch-context';
import type { SessionFacts } from '../../actions/mysql/queries';
import type { MysqlServer, MysqlSession, Statement } from '../../actions/ports/mysql-server';

const WITHIN = { timeoutMs: 1_000 };
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-app';

/** `answers`: by the name of the statement, the error number that the server gives; none: done. */
async function kill(
  user: string,
  answers: Readonly<Record<string, number>>,
  secrets: readonly string[] = [],
): Promise<readonly string[]> {
  const sent: string[] = [];
  const session = (who: string): Pick<MysqlSession, 'run' | 'close'> => ({
    run: ({ name }: Statement) => {
      sent.push(`${who} ${name}`);
      const errno = who === 'master' ? answers[name] : undefined;
      return errno === undefined
        ? Promise.resolve()
        : Promise.reject(new UpgradeError(`${name} refused`, { code: `mysql-${errno}`, source: 'mysql' }));
    },
    close: () => Promise.resolve(),
  });
  const context = {
    config: { cutover: { sessionSecrets: secrets } },
    aws: { secrets: { credentials: () => Promise.resolve({ user: 'orders_app', password: 'hidden' }) } },
    mysql: { openSessionAs: (_side: string, login: { user: string }) => Promise.resolve(session(login.user)) },
  } as unknown as StepContext;
  const killer = await sessionKiller(context, { ...session('master'), side: 'blue' } as unknown as MysqlServer);
  const target: SessionFacts = { id: 7, user, host: '10.0.0.1:1', command: 'Sleep', seconds: 1, state: '' };
  await killer.kill(target, WITHIN);
  return sent;
}

describe('a session is ended', () => {
  it("by Aurora's procedure", async () => {
    expect(await kill('orders_app', {})).toEqual(['master kill-session']);
  });

  it('by KILL on a server without the procedure', async () => {
    expect(await kill('orders_app', { 'kill-session': 1305 })).toEqual(['master kill-session', 'master kill-own']);
  });

  it('as its own user, where the master user may do neither', async () => {
    const refused = { 'kill-session': 1370, 'kill-own': 1095 };
    expect(await kill('orders_app', refused, [SECRET])).toEqual([
      'master kill-session',
      'master kill-own',
      'orders_app kill-own',
    ]);
  });

  it('is a failure that names itself when there is no way', async () => {
    await expect(kill('another', { 'kill-session': 1370, 'kill-own': 1095 }, [SECRET])).rejects.toThrow(
      'kill-own refused',
    );
  });

  it('is no failure when it has ended meanwhile', async () => {
    expect(await kill('orders_app', { 'kill-session': 1094 })).toEqual(['master kill-session']);
  });

  it('is a failure at once for any other reason', async () => {
    await expect(kill('orders_app', { 'kill-session': 1205 })).rejects.toThrow('kill-session refused');
  });
});

it('sessions are ended one after the other: one connection to the server may be waiting for them', async () => {
  let running = 0;
  let most = 0;
  const killer = {
    async kill() {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      throw new Error('still there');
    },
    close: () => Promise.resolve(),
  };
  const found = [1, 2, 3].map((id) => ({ id, user: 'orders_app', host: '', command: 'Sleep', seconds: 9, state: '' }));
  const notes: unknown[] = [];
  const context = {
    config: { replication: { user: 'cutover_repl' } },
    servers: { blue: { side: 'blue', ownConnectionIds: () => [], read: () => Promise.resolve(found) } },
    killers: { blue: killer },
    within: () => WITHIN,
    emit: (event: unknown) => notes.push(event),
  } as unknown as SwitchContext;
  expect(await killApplicationSessions(context, 'blue')).toBe(3);
  expect(most).toBe(1);
  expect(notes).toMatchObject([{ text: 'on blue session 1: still there, and 2 more' }]);
});
