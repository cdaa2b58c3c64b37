/** What becomes of green's channel around a change. */
import type { StepContext } from '../../actions/engine/step';
import type { ReplicaStatus } from '../../actions/mysql/replica-status';
import type { Statement } from '../../actions/ports/mysql-server';
import { runOnGreen } from '../../actions/steps/change-runner';

const RUNNING = { receiverState: 'Yes', isReceiving: true, isApplying: true } as ReplicaStatus;

/** Answers the statements that green was sent. */
async function sentWhile(stopping: () => Promise<void>): Promise<readonly string[]> {
  const sent: string[] = [];
  const green = {
    version: '9.7.4',
    read: () => Promise.resolve(RUNNING),
    run: ({ name }: Statement) => {
      sent.push(name);
      return name === 'stop-replication' ? stopping() : Promise.resolve();
    },
    openSession: () =>
      Promise.resolve({
        run: ({ name }: Statement) => Promise.resolve(sent.push(name)),
        close: () => Promise.resolve(),
      }),
  };
  const context = {
    mysql: { connect: () => Promise.resolve(green) },
    signal: new AbortController().signal,
    emit: () => undefined,
  } as unknown as StepContext;
  await runOnGreen(context, []).catch((error: unknown) => sent.push(String(error)));
  return sent;
}

it('stops the channel and starts it again', async () => {
  expect(await sentWhile(() => Promise.resolve())).toEqual([
    'stop-replication',
    'patient-session',
    'start-replication',
  ]);
});

it('starts it again when nobody knows whether it was stopped', async () => {
  expect(await sentWhile(() => Promise.reject(new Error('late')))).toEqual([
    'stop-replication',
    'start-replication',
    'Error: late',
  ]);
});
