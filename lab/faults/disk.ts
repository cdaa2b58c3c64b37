/**
 * The state cannot be written. A full disk is made with RLIMIT_FSIZE, which prlimit(1) sets on the running tool: from then on
 * each write beyond the first byte of a file fails half-way (EFBIG; Node ignores SIGXFSZ), whoever runs it, root included, and no
 * other process notices.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Fault, Scene } from './fault';
import type { ToolProcess } from './tool-process';

const MOMENTS = ['manual-undo', 'fencing', 'draining', 'arming', 'opening', 'routing', 'confirming'] as const;

export const DISK: readonly Fault[] = [
  ...MOMENTS.map((moment): Fault => ({
    name: `disk-full-from-${moment}`,
    family: 'disk',
    async during(scene, tool) {
      if (!(await reached(tool, moment))) return scene.missed();
      await fillDisk(tool.pid);
    },
  })),
  {
    name: 'disk-full-at-the-commit',
    family: 'disk',
    during: (scene, tool) =>
      atTheCommit(scene, tool, async () => {
        await fillDisk(tool.pid);
      }),
  },
  {
    name: 'state-folder-refuses-at-the-commit',
    family: 'disk',
    during: (scene, tool) =>
      atTheCommit(scene, tool, () => {
        // Whoever runs this, also root, cannot write a file where a folder is.
        const obstacle = `${scene.lab.stateFile}.tmp`;
        mkdirSync(obstacle);
        scene.heal(() => Promise.resolve(rmSync(obstacle, { recursive: true })));
        return Promise.resolve();
      }),
  },
];

/** While the applier is held, the switch cannot come to its commit. */
async function atTheCommit(scene: Scene, tool: ToolProcess, harm: () => Promise<void>): Promise<void> {
  if (!(await tool.reached('fencing'))) return scene.missed();
  const connection = await scene.lab.platform(scene.to);
  connection.on('error', () => undefined);
  try {
    await connection.query('LOCK TABLES shop.ledger_write READ');
    if (!(await tool.reached('draining'))) return scene.missed();
    await harm();
  } finally {
    connection.destroy();
  }
}

async function fillDisk(pid: number): Promise<void> {
  // The soft limit only: whoever is not root could not raise a hard one again.
  await promisify(execFile)('prlimit', ['--pid', String(pid), '--fsize=1:']);
}

async function reached(tool: ToolProcess, moment: (typeof MOMENTS)[number]): Promise<boolean> {
  if (moment !== 'manual-undo') return tool.reached(moment);
  return (await tool.told((object) => object['type'] === moment)) !== undefined;
}
