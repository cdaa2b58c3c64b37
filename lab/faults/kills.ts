/** The tool is killed, with and without its watchdog. */
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Scene } from './fault';
import type { ToolProcess } from './tool-process';
import { killWatchdogs } from './watchdogs';

const STATES = ['fencing', 'draining', 'arming', 'opening', 'routing', 'confirming', 'done'] as const;
/** The longest that a switch without a fault takes from its fence to its end, give or take. */
const LAST_INSTANT_MS = 1_500;

export const KILLS: readonly Fault[] = [
  ...STATES.map((state) => atState(state)),
  ...[1, 2, 3].map(afterWrite),
  ...(['gates', 'start'] as const).map((moment) => beforeTheFence(moment)),
  {
    name: 'kill-at-any-instant',
    family: 'kill',
    async during(scene, tool) {
      const delayMs = scene.random.between(0, LAST_INSTANT_MS);
      scene.note(`${delayMs} ms after the fence was asked for`);
      if (await tool.reached('fencing')) await sleep(delayMs);
      tool.kill('SIGKILL');
      if ((await tool.done).exitCode !== 137) scene.missed();
    },
  },
  ...(['fencing', 'draining', 'arming', 'opening', 'routing', 'confirming'] as const).map(bothAtState),
  {
    name: 'kill-both-at-any-instant',
    family: 'kill',
    strands: true,
    async during(scene, tool) {
      const delayMs = scene.random.between(0, LAST_INSTANT_MS);
      scene.note(`${delayMs} ms after the fence was asked for`);
      if (await tool.reached('fencing')) await sleep(delayMs);
      killWatchdogs(scene.lab);
      tool.kill('SIGKILL');
      if ((await tool.done).exitCode !== 137) scene.missed();
    },
  },
  {
    name: 'interrupt-at-any-instant',
    family: 'kill',
    async during(scene, tool) {
      const delayMs = scene.random.between(0, LAST_INSTANT_MS);
      scene.note(`Ctrl-C ${delayMs} ms after the fence was asked for`);
      if (!(await tool.reached('fencing'))) return scene.missed();
      await sleep(delayMs);
      tool.kill('SIGINT');
    },
  },
];

/** That the fence is asked for is told before it is durable: killed at once, nothing would have begun. */
async function isWellWithin(scene: Scene, tool: ToolProcess, state: string): Promise<boolean> {
  if (!(await tool.reached(state))) return false;
  if (state !== 'fencing') return true;
  const delayMs = scene.random.between(0, 80);
  scene.note(`${delayMs} ms after the fence was asked for`);
  await sleep(delayMs);
  return true;
}

function atState(state: (typeof STATES)[number]): Fault {
  return {
    name: `kill-in-${state}`,
    family: 'kill',
    async during(scene, tool) {
      if (!(await isWellWithin(scene, tool, state))) return scene.missed();
      tool.kill('SIGKILL');
      if ((await tool.done).exitCode !== 137) scene.missed();
    },
  };
}

/** The recorded boundaries: right after the state file has been replaced so many times. The third write ends a switch. */
function afterWrite(count: number): Fault {
  return {
    name: `kill-after-write-${count}`,
    family: 'kill',
    async during({ lab, missed }, tool) {
      let seen = 0;
      const watcher = watch(dirname(lab.stateFile), (kind, name) => {
        if (kind !== 'rename' || name !== basename(lab.stateFile)) return;
        seen += 1;
        if (seen === count) tool.kill('SIGKILL');
      });
      const { exitCode } = await tool.done;
      watcher.close();
      if (exitCode !== 137) missed();
    },
  };
}

function beforeTheFence(moment: 'gates' | 'start'): Fault {
  return {
    name: `kill-at-${moment}`,
    family: 'kill',
    async during(scene, tool) {
      if (moment === 'start') await sleep(scene.random.between(0, 800));
      else if (!(await tool.told((object) => object['type'] === 'manual-undo'))) return scene.missed();
      tool.kill('SIGKILL');
    },
  };
}

function bothAtState(state: string): Fault {
  return {
    name: `kill-both-in-${state}`,
    family: 'kill',
    strands: true,
    async during(scene, tool) {
      if (!(await isWellWithin(scene, tool, state))) return scene.missed();
      // The watchdog first: it wakes up as soon as the tool is gone.
      killWatchdogs(scene.lab);
      tool.kill('SIGKILL');
      if ((await tool.done).exitCode !== 137) scene.missed();
    },
  };
}
