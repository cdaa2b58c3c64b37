/**
 * `npm run bench:cutover [-- --rounds N --pair 57-57 --writers N --rtt MS --behind SECONDS --fetch-mha --json]`: the write gap of a
 * switch as clients see it, of the shortest sequence by hand, of this tool and of MHA, alternating on the same servers.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isLabPair } from '../../lab/supervisor/pairings';
import { BenchLab } from './bench-lab';
import type { Contestant } from './contestant';
import { ENDPOINT_CHOICE } from './endpoint';
import { figuresOf, tableOf } from './figures';
import { floor } from './floor';
import { mha } from './mha';
import { findMha } from './mha-programs';
import { playRound } from './round';
import { OWN_MYSQL, tool } from './tool';

const DEFAULT_FENCES = 'tool, default fences';
const NOT_57 = 'MHA knows the statements of 5.7 only (8.4 has removed them); it runs on the pair 57-57';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      pair: { type: 'string', default: '57-57' },
      writers: { type: 'string', default: '8' },
      rtt: { type: 'string', default: '0' },
      behind: { type: 'string', default: '0' },
      only: { type: 'string', default: '' },
      'fetch-mha': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { pair } = values;
  if (!isLabPair(pair)) throw new Error(`There is no pair ${pair}; use 57-57, 57-97 or 97-97.`);
  const rounds = Number(values.rounds);
  const writers = Number(values.writers);
  const behindSeconds = Number(values.behind);
  const programs = pair === '57-57' ? await findMha(values['fetch-mha']) : NOT_57;
  const bench = await BenchLab.open(pair, Number(values.rtt), say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void bench.close().finally(() => process.exit(130)));
  try {
    const everybody: Contestant[] = [
      floor(bench),
      tool(bench, { name: 'tool', settings: OWN_MYSQL, behindSeconds }),
      tool(bench, { name: DEFAULT_FENCES, settings: [], behindSeconds }),
      ...(typeof programs === 'string' ? [] : [mha(bench, programs)]),
    ];
    const chosen = values.only.split(',');
    const contestants = everybody.filter(({ name }) => values.only === '' || chosen.includes(name));
    const gaps = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
    // A round goes there and back: two switches of each contestant.
    for (let round = 1; round <= Math.ceil(rounds / 2); round++) {
      for (const contestant of contestants) {
        for (const gap of await playRound(bench, contestant, writers)) {
          gaps.get(contestant.name)?.push(gap.ms);
          say(
            `${String(round)} ${contestant.name} to ${gap.to}: ${gap.ms.toFixed(1)} ms, endpoint moved at ${gap.movedMs.toFixed(1)} (${gap.told ?? ''})`,
          );
        }
      }
    }
    process.stdout.write(
      [
        `${pair}, ${values.writers} writers, ${values.rtt} ms round trip, replica ${values.behind} s behind before the tool, load ${loadavg()
          .map((load) => load.toFixed(1))
          .join(' ')}`,
        `endpoint: ${ENDPOINT_CHOICE}`,
        tableOf(gaps, 'floor'),
        ...(typeof programs === 'string' ? [`mha: ${programs}`] : []),
        '',
      ].join('\n'),
    );
    if (values.json) {
      const figures = (name: string): unknown => {
        const found = gaps.get(name) ?? [];
        return found.length === 0 ? null : figuresOf(found);
      };
      const result = {
        type: 'bench-cutover',
        pair,
        rounds,
        floor: figures('floor'),
        tool: figures('tool'),
        mha: figures('mha'),
      };
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
  } finally {
    await bench.close();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
