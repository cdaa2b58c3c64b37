/** What is compared: tables of the kind that applications have, and one that the application of the bench writes to. */
import type { ReplicatingPair } from '../../lab/mysql/replicating-pair';

export const SCHEMA = 'bench';
export const WRITTEN = `${SCHEMA}.written`;

/** Rows of the first insert; each following one copies what is there. */
const SEED_ROWS = 1_000;
/** Of one insert at most, so that no transaction is much larger than an application's. */
const MOST_AT_ONCE = 50_000;

/** Written on each side by itself, which is quicker than replication. */
export async function fill(pair: ReplicatingPair, tables: number, rows: number): Promise<void> {
  await Promise.all((['blue', 'green'] as const).map((side) => fillSide(pair, side, tables, rows)));
  const blue = await pair.connect('blue');
  await blue.query(
    `CREATE TABLE ${WRITTEN} (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, writer INT NOT NULL, n INT NOT NULL, note VARCHAR(120))`,
  );
  blue.destroy();
  await pair.caughtUp();
}

async function fillSide(pair: ReplicatingPair, side: 'blue' | 'green', tables: number, rows: number): Promise<void> {
  const connection = await pair.connect(side);
  await connection.query('SET SESSION sql_log_bin = 0');
  await connection.query(`CREATE DATABASE ${SCHEMA} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  const perTable = Math.ceil(rows / tables);
  for (let number = 0; number < tables; number++) {
    const name = `${SCHEMA}.t${number}`;
    await connection.query(
      `CREATE TABLE ${name} (id BIGINT NOT NULL PRIMARY KEY, customer INT NOT NULL, state VARCHAR(20) CHARACTER SET latin1,
        note VARCHAR(120), amount DECIMAL(12,2), share DOUBLE, at DATETIME(3), KEY customer (customer))`,
    );
    const seed = Array.from({ length: Math.min(SEED_ROWS, perTable) }, (_, id) => [
      id,
      id % 977,
      ['open', 'paid', 'sent'][id % 3],
      `note number ${id} of the order 漢`,
      id / 4,
      id / 7,
      '2024-01-02 03:04:05.678',
    ]);
    await connection.query(`INSERT INTO ${name} VALUES ?`, [seed]);
    for (let count = seed.length; count < perTable;) {
      const more = Math.min(count, perTable - count, MOST_AT_ONCE);
      await connection.query(
        `INSERT INTO ${name} SELECT id + ${count}, customer + 1, state, note, amount + 1, share + 0.1, at FROM ${name}
          ORDER BY id LIMIT ${more}`,
      );
      count += more;
    }
    await connection.query(`ANALYZE TABLE ${name}`);
  }
  connection.destroy();
}
