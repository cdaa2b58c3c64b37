/** Rows a second of the tool, of its checksum queries alone, and of pt-table-checksum, in turns on the same servers. */
import type { MysqlServer } from '../../actions/ports/mysql-server';
import type { ReplicatingPair } from '../../lab/mysql/replicating-pair';
import type { FoundProgram } from '../debian-programs';
import { askBare, compareWithTool, recordQueries, type Sides } from './comparison';
import type { Speed } from './figures';
import { checksumWithPt } from './pt-table-checksum';

const ROUNDS = 2;

/** The best of some rounds of each, after one that warms the buffer pools. */
export async function measureComparison(
  pair: ReplicatingPair,
  servers: Sides<MysqlServer>,
  pt: FoundProgram | undefined,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<{ readonly speed: Speed }> {
  await compareWithTool(servers, signal);
  const asked = await recordQueries(servers, signal);
  let [toolMs, bareMs, ptMs] = [Infinity, Infinity, Infinity];
  let [rows, chunks, ptRows] = [0, 0, 0];
  for (let round = 1; round <= ROUNDS; round++) {
    bareMs = Math.min(bareMs, await askBare(servers, asked));
    const compared = await compareWithTool(servers, signal);
    toolMs = Math.min(toolMs, compared.ms);
    ({ rows, chunks } = compared);
    say(`round ${round}: bare ${Math.round(bareMs)} ms, tool ${Math.round(toolMs)} ms`);
    if (!pt) continue;
    const checksummed = await checksumWithPt(pair, pt);
    ptMs = Math.min(ptMs, checksummed.ms);
    ptRows = checksummed.rows;
    say(`round ${round}: pt-table-checksum ${Math.round(ptMs)} ms for ${ptRows} rows`);
    await pair.caughtUp();
  }
  return { speed: { rows, chunks, toolMs, bareMs, ...(pt ? { pt: { rows: ptRows, ms: ptMs } } : {}) } };
}
