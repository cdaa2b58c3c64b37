/** Tables of the suite's own, the same on both sides, which nobody else uses. */
import { randomInt } from 'node:crypto';
import type { Side } from '../../actions/ports/mysql-server';
import type { FaultLab } from './fault-lab';
import { asPlatform } from './rest';

/** The faults': one row. */
export const PROBE_TABLE = 'shop.fault_probe';
/** The judge's: a row for each write that was taken. */
const WRITE_TABLE = 'shop.fault_write';

/** Makes it on both sides with its one row, past the binary logs. */
export async function makeProbeTable(lab: FaultLab): Promise<void> {
  for (const side of ['blue', 'green'] as const) {
    await asPlatform(lab, side, async (connection) => {
      await connection.query(`CREATE TABLE IF NOT EXISTS ${PROBE_TABLE} (id INT PRIMARY KEY, n INT NOT NULL)`);
    });
    await restoreProbeRow(lab, side);
  }
}

export async function removeProbeRow(lab: FaultLab, side: Side): Promise<void> {
  await asPlatform(lab, side, (connection) => connection.query(`DELETE FROM ${PROBE_TABLE} WHERE id = 1`));
}

/** Row events find the row by its key, so the value need not be the one that was lost. */
export async function restoreProbeRow(lab: FaultLab, side: Side): Promise<void> {
  await asPlatform(lab, side, (connection) => connection.query(`INSERT IGNORE INTO ${PROBE_TABLE} VALUES (1, 0)`));
}

/** On both sides, past the binary logs; before a switch begins, so that a fence that locks tables locks it too. */
export async function makeWriteTable(lab: FaultLab): Promise<void> {
  for (const side of ['blue', 'green'] as const)
    await asPlatform(lab, side, (connection) =>
      connection.query(`CREATE TABLE IF NOT EXISTS ${WRITE_TABLE} (id BIGINT PRIMARY KEY)`),
    );
}

/**
 * Which sides take a write of the application now. What `read_only` says is not enough: tables may be locked, accounts and
 * security groups too. A write that must wait for more than a second was not taken, and does not linger.
 */
export async function sidesThatTakeAWrite(lab: FaultLab): Promise<readonly Side[]> {
  const answers = await Promise.all(
    (['blue', 'green'] as const).map(async (side) => ((await takesAWrite(lab, side)) ? [side] : [])),
  );
  return answers.flat();
}

async function takesAWrite(lab: FaultLab, side: Side): Promise<boolean> {
  try {
    const connection = await lab.session(side, 'application');
    try {
      await connection.query('SET SESSION lock_wait_timeout = 1, SESSION innodb_lock_wait_timeout = 1');
      await connection.query(`INSERT INTO ${WRITE_TABLE} VALUES (${randomInt(2 ** 47)})`);
      return true;
    } finally {
      connection.destroy();
    }
  } catch {
    return false;
  }
}
