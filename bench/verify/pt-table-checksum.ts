/** Debian's pt-table-checksum on a pair that replicates: it checksums on the source and lets the statements replicate. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PAIR_ACCOUNT, type ReplicatingPair } from '../../lab/mysql/replicating-pair';
import type { FoundProgram } from '../debian-programs';
import { SCHEMA } from './data';

const run = promisify(execFile);
const OWN_SCHEMA = 'checksums';

const LONGEST_MS = 3_600_000;

export const PT_TABLE_CHECKSUM = {
  package: 'percona-toolkit',
  program: 'pt-table-checksum',
  modules: ['DBI', 'DBD::mysql'],
  option: '--fetch-pt',
};

export interface Checksummed {
  readonly ms: number;
  readonly rows: number;
}

/** Rejects when it ends otherwise than without a difference, or has not read the rows that are there. */
export async function checksumWithPt(pair: ReplicatingPair, { file, environment }: FoundProgram): Promise<Checksummed> {
  await tellReplica(pair);
  const { port } = pair.servers.blue;
  const { user, password } = PAIR_ACCOUNT;
  const start = performance.now();
  const { stdout } = await run(
    'perl',
    [
      file,
      `h=127.0.0.1,P=${port},u=${user},p=${password}`,
      `--databases=${SCHEMA}`,
      `--replicate=${OWN_SCHEMA}.checksums`,
      `--recursion-method=dsn=h=127.0.0.1,P=${port},u=${user},p=${password},D=${OWN_SCHEMA},t=dsns`,
      '--no-version-check',
      // It wants STATEMENT on the replica as well, which only matters to replicas of that one.
      '--no-check-binlog-format',
    ],
    { env: { ...process.env, ...environment }, timeout: LONGEST_MS, maxBuffer: 1e8 },
  );
  const ms = performance.now() - start;
  // Columns: when, errors, differences, rows, differing rows, chunks, skipped, time, table.
  const lines = [...stdout.matchAll(/^\S+\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+\s+\d+\s+(\d+)\s+\S+\s+\S+$/gm)];
  const wrong = lines.filter(([, errors, differences, , skipped]) =>
    [errors, differences, skipped].some((n) => n !== '0'),
  );
  if (lines.length === 0 || wrong.length > 0) throw new Error(`pt-table-checksum: ${stdout}`);
  return { ms, rows: lines.reduce((sum, [, , , rows]) => sum + Number(rows), 0) };
}

/** Where the replica is, in a table, since SHOW SLAVE HOSTS needs a setting at its start. */
async function tellReplica(pair: ReplicatingPair): Promise<void> {
  const connection = await pair.connect('blue');
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${OWN_SCHEMA}`);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS ${OWN_SCHEMA}.dsns (id INT NOT NULL PRIMARY KEY, parent_id INT, dsn VARCHAR(255) NOT NULL)`,
    );
    await connection.query(`REPLACE INTO ${OWN_SCHEMA}.dsns VALUES (1, NULL, ?)`, [
      `h=127.0.0.1,P=${pair.servers.green.port},u=${PAIR_ACCOUNT.user},p=${PAIR_ACCOUNT.password}`,
    ]);
  } finally {
    connection.destroy();
  }
  await pair.caughtUp();
}
