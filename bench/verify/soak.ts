/** Verifications one after another while the application writes. */
import type { MysqlServer } from '../../actions/ports/mysql-server';
import { PAIR_ACCOUNT, type ReplicatingPair } from '../../lab/mysql/replicating-pair';
import { ApplicationLoad } from './application-load';
import { compareWithTool, type Sides } from './comparison';
import type { LatencySettings } from './latency';

export interface Soaked {
  readonly verifications: number;
  readonly rows: number;
  readonly looksAgain: number;
  readonly transactions: number;
  readonly ms: number;
}

/** Rejects at the first false alarm. */
export async function soak(
  pair: ReplicatingPair,
  servers: Sides<MysqlServer>,
  load: Pick<LatencySettings, 'connections' | 'pauseMs' | 'tables' | 'rowsPerTable'>,
  forMs: number,
  say: (line: string) => void,
): Promise<Soaked> {
  const { connections, pauseMs, tables, rowsPerTable } = load;
  const { port } = pair.servers.blue;
  const application = await ApplicationLoad.start({
    ...{ ...PAIR_ACCOUNT, port, connections, pauseMs, tables },
    rows: rowsPerTable,
  });
  const start = performance.now();
  let soaked: Soaked = { verifications: 0, rows: 0, looksAgain: 0, transactions: 0, ms: 0 };
  try {
    do {
      const compared = await compareWithTool(servers, new AbortController().signal);
      const times = await application.times();
      soaked = {
        verifications: soaked.verifications + 1,
        rows: soaked.rows + compared.rows,
        looksAgain: soaked.looksAgain + compared.looksAgain,
        transactions: soaked.transactions + times.length,
        ms: performance.now() - start,
      };
      say(
        `${Math.round(soaked.ms / 1_000)} s: verification ${soaked.verifications}, ${compared.rows} rows, ${compared.looksAgain} chunks looked at again, ${times.length} transactions meanwhile`,
      );
    } while (soaked.ms < forMs);
  } finally {
    await application.stop();
  }
  return soaked;
}
