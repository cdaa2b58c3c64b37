/**
 * The wall clock jumps while a switch runs. `clock-preload.js` is loaded into the tool's processes by NODE_OPTIONS and moves their
 * `Date`; monotonic time goes on, as it does when a machine's clock is set. The servers' clocks stay.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLONE } from '../rehearsal/tool';
import type { Fault, Scene } from './fault';

const PRELOAD = join(CLONE, 'lab', 'faults', 'clock-preload.js');
const JUMPS_MS: Readonly<Record<string, number>> = {
  'an-hour-ahead': 3_600_000,
  'an-hour-back': -3_600_000,
  'a-year-ahead': 31_536_000_000,
};

export const CLOCKS: readonly Fault[] = Object.entries(JUMPS_MS).map(([name, jumpMs]) => ({
  name: `clock-jumps-${name}`,
  family: 'clock',
  environment: (scene) => ({
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --require ${JSON.stringify(PRELOAD)}`.trim(),
    LAB_CLOCK_JUMP_FILE: fileOf(scene),
  }),
  async during(scene, tool) {
    const delayMs = scene.random.between(0, 150);
    scene.note(`${delayMs} ms after the fence was asked for`);
    scene.heal(() => Promise.resolve(rmSync(fileOf(scene), { force: true })));
    if (!(await tool.reached('fencing'))) return scene.missed();
    await sleep(delayMs);
    writeFileSync(fileOf(scene), String(jumpMs));
    // Half of the time somebody else has to go on, with a clock of his own.
    if (scene.random.next() < 0.5) return;
    await sleep(scene.random.between(20, 200));
    scene.note('killed after it');
    tool.kill('SIGKILL');
  },
}));

function fileOf({ lab }: Scene): string {
  return join(lab.description.dir, 'clock-jump');
}
