/** What becomes of green's channel around a change. */
import type { StepContext } from '../../actions/engine/step';
import type { ReplicaStatus } from '../../actions/mysql/replica-status';
import type { Statement } from '../../actions/ports/mysql-server';
import { everyChangeEnded, runOnGreen } from '../../actions/steps/change-runner';

const RUNNING = { receiverState: 'Yes', isReceiving: true, isApplying: true } as ReplicaStatus;

/** Answers the statements that green was sent and the notes; `looks`: how often a look finds a change running. */
async function sentWhile(stopping: () => Promise<void>, looks = 0): Promise<readonly string[]> {
  const sent: string[] = [];
  const { context, green } = worldWith(looks);
  Object.assign(green, {
    run: ({ name }: Statement) => {
      sent.push(name);
      return name === 'stop-replication' ? stopping() : Promise.resolve();
    },
    openSession: () =>
      Promise.resolve({
        run: ({ name }: Statement) => Promise.resolve(sent.push(name)),
        close: () => Promise.resolve(),
      }),
  });
  const emit = ({ code }: { code?: string }): number => sent.push(String(code));
  await runOnGreen({ ...context, emit } as unknown as StepContext, []).catch((error: unknown) =>
    sent.push(String(error)),
  );
  return sent;
}

function worldWith(looks: number) {
  let time = 0;
  let looked = 0;
  const green = {
    version: '9.7.4',
    read: ({ name }: { name: string }) =>
      Promise.resolve(name !== 'running-change' ? RUNNING : (looked += 1) <= looks ? [7] : []),
  };
  const clock = {
    now: () => new Date(time),
    monotonicMs: () => time,
    sleep: (ms: number) => Promise.resolve(void (time += ms)),
  };
  const context = {
    mysql: { connect: () => Promise.resolve(green) },
    signal: new AbortController().signal,
    clock,
    config: { replication: { retention: 60_000 } },
    facts: () => ({ greenChanges: [{ status: 'begun' }] }),
    emit: () => undefined,
  } as unknown as StepContext;
  return { context, green, looked: () => looked };
}

it('stops the channel and starts it again', async () => {
  expect(await sentWhile(() => Promise.resolve())).toEqual([
    'stop-replication',
    'patient-session',
    'start-replication',
  ]);
});

const late = (): Promise<void> => Promise.reject(new Error('late'));

it('starts it again when nobody knows whether it was stopped, and what was killed has ended', async () => {
  expect(await sentWhile(late)).toEqual(['stop-replication', 'start-replication', 'Error: late']);
  expect(await sentWhile(late, 3)).toEqual(['stop-replication', 'start-replication', 'Error: late']);
});

it('leaves it stopped while a change goes on in the server without its client', async () => {
  expect(await sentWhile(late, Infinity)).toEqual(['stop-replication', 'channel-left-stopped', 'Error: late']);
});

it('waits for such a change before the channel is started, where the state knows of changes', async () => {
  const { context, looked } = worldWith(3);
  await everyChangeEnded(context);
  expect(looked()).toBe(4);
  await everyChangeEnded({ ...context, facts: () => ({}) });
  expect(looked()).toBe(4);
  await expect(everyChangeEnded(worldWith(Infinity).context)).rejects.toThrow('a schema change');
});
