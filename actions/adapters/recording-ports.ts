/** The ports of a command that changes nothing: questions are real, changes are recorded and supposed to have been made. */
import type { AwsCall } from '../ports/aws';
import type { Clock } from '../ports/clock';
import type { Command } from '../ports/command';
import type { Side, Statement } from '../ports/mysql-server';
import type { Ports } from '../ports/ports';
import { recordingAws } from './recording-aws';
import { recordingMysql } from './recording-mysql';
import { newRecordedWorld, type RecordedWorld } from './recording-world';

/** One thing that would have been done. */
export type RecordedCall =
  | { readonly kind: 'sql'; readonly side: Side; readonly statement: Statement }
  | { readonly kind: 'aws'; readonly call: AwsCall }
  | { readonly kind: 'command'; readonly command: Command };

export interface Recording {
  readonly ports: Ports;
  readonly world: RecordedWorld;
  /** In the order in which they would have been made. */
  readonly calls: readonly RecordedCall[];
}

export interface RecordingSettings {
  /** Identifiers of the clusters. */
  readonly clusters: Readonly<Record<Side, string>>;
  readonly onCall?: (call: RecordedCall) => void;
}

export function recordingPorts(inner: Ports, { clusters, onCall }: RecordingSettings): Recording {
  const world = newRecordedWorld();
  const calls: RecordedCall[] = [];
  const record = (call: RecordedCall): void => {
    calls.push(call);
    onCall?.(call);
  };
  return {
    world,
    calls,
    ports: {
      mysql: recordingMysql(inner.mysql, world, (side, statement) => record({ kind: 'sql', side, statement })),
      aws: recordingAws(inner.aws, world, { clusters, record: (call) => record({ kind: 'aws', call }) }),
      clock: withoutWaiting(inner.clock),
      commands: {
        run(command) {
          record({ kind: 'command', command });
          return Promise.resolve({ is: 'exited', exitCode: 0, output: '' });
        },
      },
    },
  };
}

/** What is waited for has happened already, or never will: a sleep costs no time, but deadlines see it. */
function withoutWaiting(clock: Clock): Clock {
  let slept = 0;
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs() + slept,
    sleep(ms, signal) {
      slept += ms;
      // Others have their turn: a loop that never gave way would keep the answers it waits for from coming.
      return clock.sleep(0, signal);
    },
  };
}
