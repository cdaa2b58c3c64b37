/** What makes `read_only` of the serving side wait, and a transaction that is open all along. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { Side } from '../../actions/ports/mysql-server';
import { errorNumber } from '../mysql/connect';
import type { Fault, Scene } from './fault';
import type { FaultLab } from './fault-lab';
import { makeProbeTable, PROBE_TABLE } from './probe-table';
import { asPlatform } from './rest';
import type { ToolProcess } from './tool-process';

const LONG_TRANSACTION_MS = 60_000;
/** Longer than the budget. */
const LONG_HOLD_MS = 30_000;

type HowLong = 'a-moment' | 'long';

export const LOCKS: readonly Fault[] = [
  ...(['a-moment', 'long'] as const).flatMap((howLong) => [tableLock(howLong), longStatement(howLong)]),
  {
    name: 'transaction-of-60-seconds-refused',
    family: 'transaction',
    async before(scene) {
      await openTransaction(scene);
      await sleep(LONG_TRANSACTION_MS);
    },
  },
  {
    name: 'transaction-of-60-seconds-allowed',
    family: 'transaction',
    settings: ['maxTransaction: 5m'],
    async before(scene) {
      await openTransaction(scene);
      await sleep(LONG_TRANSACTION_MS);
    },
  },
  {
    name: 'transaction-opened-before-the-fence',
    family: 'transaction',
    // On a busy machine it is old by the time of the gates.
    settings: ['maxTransaction: 5m'],
    before: openTransaction,
  },
];

function tableLock(howLong: HowLong): Fault {
  return {
    name: `read-only-waits-${howLong}-for-a-table-lock`,
    family: 'lock',
    during: (scene, tool) =>
      whileFencing(scene, tool, howLong, (connection) => connection.query(`LOCK TABLES ${PROBE_TABLE} WRITE`)),
  };
}

function longStatement(howLong: HowLong): Fault {
  return {
    name: `read-only-waits-${howLong}-for-a-statement`,
    family: 'lock',
    during: (scene, tool) =>
      whileFencing(scene, tool, howLong, async (connection) => {
        void connection.query(`UPDATE ${PROBE_TABLE} SET n = n + SLEEP(60) WHERE id = 1`).catch(() => undefined);
        await sleep(20);
      }),
  };
}

/** From before the fence until the time is over or the tool has ended. */
async function whileFencing(
  { lab, from, heal, missed, note, random }: Scene,
  tool: ToolProcess,
  howLong: HowLong,
  hold: (connection: Connection) => Promise<unknown>,
): Promise<void> {
  const forMs = howLong === 'long' ? LONG_HOLD_MS : random.between(500, 4_000);
  note(`for ${forMs} ms`);
  await makeProbeTable(lab);
  const connection = await lab.session(from, 'master');
  // A server does not notice that the client of a running statement has gone away.
  const end = (): Promise<void> => endSession(lab, from, connection.threadId);
  heal(end);
  if (!(await tool.told((object) => object['type'] === 'manual-undo'))) return missed();
  await hold(connection);
  await Promise.race([sleep(forMs), tool.done]);
  await end();
}

const NO_SUCH_THREAD = 1094;

async function endSession(lab: FaultLab, side: Side, id: number): Promise<void> {
  await asPlatform(lab, side, async (platform) => {
    await platform.query('KILL ?', [id]).catch((error: unknown) => {
      if (errorNumber(error) !== NO_SUCH_THREAD) throw error;
    });
  });
}

/** Its COMMIT comes when the switch is over: once the other side serves, it must be refused. */
async function openTransaction({ lab, from, heal, problem, note }: Scene): Promise<void> {
  await makeProbeTable(lab);
  const connection = await lab.session(from, 'application');
  await connection.query('START TRANSACTION');
  await connection.query(`UPDATE ${PROBE_TABLE} SET n = n + 1 WHERE id = 1`);
  heal(async () => {
    const { phase } = lab.readState();
    const serving = phase === 'switched' ? 'green' : 'blue';
    const isCommitted = await connection.query('COMMIT').then(
      () => true,
      () => false,
    );
    note(isCommitted ? 'its COMMIT was accepted' : 'its COMMIT was refused');
    if (isCommitted && serving !== from) problem(`${from} accepted a COMMIT after ${serving} was opened`);
    connection.destroy();
  });
}
