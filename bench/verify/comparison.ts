/** The tool's comparison as `npm run verify` carries it out, and its checksum queries asked bare. */
import { systemClock } from '../../actions/adapters/system-clock';
import type { StepContext } from '../../actions/engine/step';
import type { MysqlServer, MysqlSession, Side } from '../../actions/ports/mysql-server';
import { runVerification, type VerificationSettings } from '../../actions/verify/run-verification';
import { understandVerify, type VerifyOptions } from '../../actions/cli/verify-options';
import { recorded, type Asked } from '../recorded-server';

export type Sides<T> = Readonly<Record<Side, T>>;

export const SIDES = ['blue', 'green'] as const;
const LIMITS = { timeoutMs: 120_000 };

/** Those of the command without any option. */
export const DEFAULTS: VerificationSettings = understandVerify({} as VerifyOptions).settings;

export interface Compared {
  readonly rows: number;
  readonly chunks: number;
  /** Chunks that were not equal at once. */
  readonly looksAgain: number;
  readonly ms: number;
}

/** Rejects when a table is not found to be equal. */
export async function compareWithTool(
  servers: Sides<MysqlServer>,
  signal: AbortSignal,
  settings: VerificationSettings = DEFAULTS,
  onRows: (soFar: number) => void = () => undefined,
): Promise<Compared> {
  const start = performance.now();
  const context = {
    phase: 'replicating',
    mysql: { connect: (side: Side) => Promise.resolve(servers[side]) },
    clock: systemClock,
    signal,
  } as unknown as StepContext;
  const { tables: results } = await runVerification(context, settings, {
    begunAt: new Date().toISOString(),
    results: [],
    current: undefined,
    remember: (done, now) => {
      onRows(done.reduce((sum, { rows }) => sum + rows, now?.progress.rows ?? 0));
      return Promise.resolve();
    },
    tell: () => undefined,
  });
  const ms = performance.now() - start;
  const wrong = results.find(({ verdict }) => verdict !== 'verified');
  if (wrong) throw new Error(`false alarm: ${JSON.stringify(wrong)}`);
  return results.reduce(
    (sum, { rows, chunks, looksAgain }) => ({
      ms,
      rows: sum.rows + rows,
      chunks: sum.chunks + chunks,
      looksAgain: sum.looksAgain + looksAgain,
    }),
    { rows: 0, chunks: 0, looksAgain: 0, ms },
  );
}

/** The checksum queries of one comparison, for `askBare`. */
export async function recordQueries(
  servers: Sides<MysqlServer>,
  signal: AbortSignal,
): Promise<Sides<readonly Asked[]>> {
  const asked: Sides<Asked[]> = { blue: [], green: [] };
  const spied = { blue: recorded(servers.blue, asked.blue), green: recorded(servers.green, asked.green) };
  await compareWithTool(spied, signal);
  return asked;
}

/** The checksum queries alone, on both servers at once; answers ms. */
export async function askBare(servers: Sides<MysqlServer>, asked: Sides<readonly Asked[]>): Promise<number> {
  const sessions = { blue: await servers.blue.openSession(), green: await servers.green.openSession() };
  const start = performance.now();
  await Promise.all(SIDES.map((side) => askOne(sessions[side], asked[side])));
  const ms = performance.now() - start;
  for (const session of Object.values(sessions)) await session.close();
  return ms;
}

async function askOne(session: MysqlSession, asked: readonly Asked[]): Promise<void> {
  for (const { name, sql } of asked) {
    if (name === 'verify-sum') await session.read({ name, sql, values: [], args: {}, parse: () => undefined }, LIMITS);
  }
}
