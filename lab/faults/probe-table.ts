/** A table of the faults' own, the same on both sides, which nobody else uses. */
import type { Side } from '../../actions/ports/mysql-server';
import type { FaultLab } from './fault-lab';
import { asPlatform } from './rest';

export const PROBE_TABLE = 'shop.fault_probe';

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
