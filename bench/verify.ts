/**
 * `npm run bench:verify [-- --rows N --tables N --pair 57-57 --rounds N --fetch-pt --only speed,pt,latency --soak 1h --json]`: on one pair that
 * replicates, in one run: the comparison against its own checksum queries asked bare and against Debian's pt-table-checksum, and
 * what an application feels of it, at the default throttle or at `--rest N --chunk-time T`. `--soak`: instead, verifications one after another under writes for that long; one false alarm fails.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { parseDuration } from '../actions/config/scalars';
import { startReplicatingPair } from '../lab/mysql/replicating-pair';
import { isLabPair } from '../lab/supervisor/pairings';
import { findDebianProgram } from './debian-programs';
import { measureComparison } from './verify/measure-comparison';
import { DEFAULTS } from './verify/comparison';
import { fill } from './verify/data';
import { measureLatency } from './verify/latency';
import { PT_TABLE_CHECKSUM } from './verify/pt-table-checksum';
import { soak } from './verify/soak';
import { describe, goalsMet, type Figures } from './verify/figures';

const NOT_57 = 'pt-table-checksum 3.2 knows the statements of 5.7 only; it runs on the pair 57-57';
const PARAMETERS = {
  innodb_flush_log_at_trx_commit: '0',
  innodb_buffer_pool_size: '536870912',
  // Of both servers; a replica that waits for its own disk only makes the run longer.
  sync_binlog: '0',
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '5000000' },
      tables: { type: 'string', default: '20' },
      pair: { type: 'string', default: '57-57' },
      rounds: { type: 'string', default: '6' },
      'round-time': { type: 'string', default: '10s' },
      connections: { type: 'string', default: '8' },
      pause: { type: 'string', default: '25ms' },
      rest: { type: 'string' },
      'chunk-time': { type: 'string' },
      only: { type: 'string', default: 'speed,pt,latency' },
      'fetch-pt': { type: 'boolean', default: false },
      soak: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (!isLabPair(values.pair)) throw new Error(`There is no pair ${values.pair}; use 57-57, 57-97 or 97-97.`);
  const [rows, tables, parts] = [Number(values.rows), Number(values.tables), values.only.split(',')];
  const isSoak = values.soak !== undefined;
  const wantsPt = !isSoak && parts.includes('pt');
  const pt = !wantsPt
    ? 'not asked for'
    : values.pair === '57-57'
      ? await findDebianProgram(PT_TABLE_CHECKSUM, values['fetch-pt'])
      : NOT_57;
  const pair = await startReplicatingPair(values.pair, PARAMETERS);
  const over = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void pair.destroy().finally(() => process.exit(130)));
  }
  try {
    say(`filling ${tables} tables with ${rows} rows on the pair ${values.pair}`);
    await fill(pair, tables, rows);
    const servers = { blue: await pair.observe('blue'), green: await pair.observe('green') };
    const load = {
      connections: Number(values.connections),
      pauseMs: parseDuration(values.pause),
      tables,
      rowsPerTable: Math.ceil(rows / tables),
    };
    if (isSoak) {
      const result = await soak(pair, servers, load, parseDuration(values.soak ?? '1h'), say);
      say(
        `${result.verifications} verifications of ${result.rows} rows in all, ${result.looksAgain} chunks looked at again, no false alarm`,
      );
      if (values.json) process.stdout.write(`${JSON.stringify({ type: 'soak-verify', ...result })}\n`);
    } else {
      const figures: Figures = {
        pair: values.pair,
        load: loadavg()
          .map((one) => one.toFixed(1))
          .join(' '),
        pt: typeof pt === 'string' ? pt : undefined,
        ...(parts.includes('speed') || wantsPt
          ? await measureComparison(pair, servers, typeof pt === 'string' ? undefined : pt, over.signal, say)
          : {}),
        ...(parts.includes('latency')
          ? {
              latency: await measureLatency(pair, servers, {
                ...load,
                settings: {
                  ...DEFAULTS,
                  ...(values.rest === undefined ? {} : { rest: Number(values.rest) }),
                  ...(values['chunk-time'] === undefined ? {} : { chunkMs: parseDuration(values['chunk-time']) }),
                },
                rounds: Number(values.rounds),
                roundMs: parseDuration(values['round-time']),
              }),
            }
          : {}),
      };
      process.stdout.write(`${describe(figures)}\n`);
      if (values.json) process.stdout.write(`${JSON.stringify({ type: 'bench-verify', ...figures })}\n`);
      process.exitCode = goalsMet(figures) ? 0 : 1;
    }
    await Promise.all([servers.blue.close(), servers.green.close()]);
  } finally {
    await pair.destroy();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
