/**
 * `npm run bench:state`: writes of the state lose none under SIGKILL. A child process writes one serial after the other and
 * says each that is durable; it is killed at random instants and started again where the file stands. After every kill the
 * file must hold a whole state, at least as far as the child had said, and at most one write further.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../actions/adapters/system-clock';
import { thisProcess } from '../actions/adapters/this-process';
import { createFileStateStore } from '../actions/state/file-store';
import { initialState } from '../actions/state/initial';
import { readStateFile } from '../actions/state/read';

const LONGEST_LIFE_MS = 1_500;

/** Writes until it is killed or has reached `last`; one line a durable write. */
async function write(file: string, last: number): Promise<void> {
  const store = createFileStateStore({ file, name: 'bench', clock: systemClock, process: thisProcess });
  const lock = await store.lock('bench');
  let state = (await store.read()) ?? initialState('bench');
  while (state.serial < last) {
    state = { ...state, serial: state.serial + 1 };
    await store.write(state);
    process.stdout.write(`${state.serial}\n`);
  }
  await lock.release();
}

/** One life of the child; answers the last serial that it has said. */
function live(file: string, last: number): Promise<{ readonly said: number; readonly wasKilled: boolean }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', __filename, file, String(last)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = 0;
    let rest = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // Its life is counted from its first write: starting takes longer than most lives.
      timer ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST_LIFE_MS);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      said = Number(lines.at(-1) ?? said) || said;
    });
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      resolve({ said, wasKilled: signal === 'SIGKILL' });
    });
  });
}

async function bench(writes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-state-'));
  const file = join(folder, 'bench.state.json');
  const start = performance.now();
  let kills = 0;
  try {
    for (let serial = 0; serial < writes;) {
      const { said, wasKilled } = await live(file, writes);
      kills += Number(wasKilled);
      const found = readStateFile(file, 'bench')?.serial ?? 0;
      if (found < said || found > said + 1)
        throw new Error(
          `the child said ${said}, and the file holds ${found}: ${found < said ? 'a write was lost' : 'too far'}`,
        );
      if (!wasKilled && found !== writes) throw new Error(`the child ended by itself at ${found}`);
      serial = found;
    }
    const seconds = (performance.now() - start) / 1_000;
    process.stdout.write(`${writes} writes, ${kills} kills, none lost, ${seconds.toFixed(1)} s\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [file, last] = process.argv.slice(2);
void (last === undefined ? bench(Number(file ?? 10_000)) : write(file ?? '', Number(last)));
