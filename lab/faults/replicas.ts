/** The replica cannot apply: its applier waits for a table lock, has stopped with an error, was stopped, or its server died. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startReplication, stopReplication } from '../../actions/mysql/statements';
import type { Side } from '../../actions/ports/mysql-server';
import type { Fault, Scene } from './fault';
import { makeProbeTable, PROBE_TABLE, removeProbeRow, restoreProbeRow } from './probe-table';
import { asPlatform } from './rest';
import type { ToolProcess } from './tool-process';

export const REPLICAS: readonly Fault[] = [
  {
    name: 'applier-blocked-from-the-start',
    family: 'replica',
    async before(scene) {
      await blockApplier(scene);
    },
  },
  {
    name: 'applier-blocked-at-the-fence',
    family: 'replica',
    async during(scene, tool) {
      if (!(await tool.reached('fencing'))) return scene.missed();
      await blockApplier(scene);
    },
  },
  {
    name: 'applier-blocked-for-a-while',
    family: 'replica',
    async during(scene, tool) {
      if (!(await tool.reached('fencing'))) return scene.missed();
      const forMs = scene.random.between(200, 5_500);
      scene.note(`for ${forMs} ms`);
      const release = await blockApplier(scene);
      await Promise.race([sleep(forMs), tool.done]);
      release();
    },
  },
  {
    name: 'replica-stopped-with-an-error-from-the-start',
    family: 'replica',
    async before(scene) {
      await breakReplica(scene);
      await tick(scene);
    },
  },
  {
    name: 'replica-stopped-with-an-error-at-the-fence',
    family: 'replica',
    async before(scene) {
      await makeProbeTable(scene.lab);
    },
    async during(scene, tool) {
      const ticking = tickUntilFenced(scene, tool);
      if (await tool.reached('fencing')) await breakReplica(scene);
      else scene.missed();
      await ticking;
    },
  },
  {
    name: 'replica-stopped-at-the-fence',
    family: 'replica',
    async during(scene, tool) {
      if (!(await tool.reached('fencing'))) return scene.missed();
      await replication(scene, scene.to, 'stop');
      scene.heal(() => replication(scene, scene.to, 'start'));
    },
  },
  {
    name: 'replica-server-dies',
    family: 'replica',
    async during(scene, tool) {
      const state = scene.random.pick(['fencing', 'draining', 'arming', 'opening', 'routing', 'confirming']);
      scene.note(`in ${state}`);
      if (!(await tool.reached(state))) return scene.missed();
      const clusterId = scene.lab.clusterOf(scene.to);
      await scene.lab.order({ command: 'server', clusterId, fault: 'crash' });
      scene.heal(() => scene.lab.order({ command: 'server', clusterId, fault: 'start' }));
    },
  },
];

/** Answers how to let it go; the end of the round does so too. */
async function blockApplier({ lab, to, heal }: Scene): Promise<() => void> {
  const connection = await lab.platform(to);
  connection.on('error', () => undefined);
  await connection.query('LOCK TABLES shop.ledger_write READ');
  const release = (): void => connection.destroy();
  heal(() => Promise.resolve(release()));
  return release;
}

/** The row that the application goes on changing is gone from the replica: error 1032 at its next change. */
async function breakReplica(scene: Scene): Promise<void> {
  const { lab, to } = scene;
  await makeProbeTable(lab);
  await removeProbeRow(lab, to);
  scene.heal(async () => {
    await restoreProbeRow(lab, to);
    await replication(scene, to, 'start');
  });
}

async function tick({ lab, from }: Scene): Promise<void> {
  const connection = await lab.session(from, 'application');
  try {
    await connection.query(`UPDATE ${PROBE_TABLE} SET n = n + 1 WHERE id = 1`);
  } finally {
    connection.destroy();
  }
}

async function tickUntilFenced({ lab, from }: Scene, tool: ToolProcess): Promise<void> {
  const connection = await lab.session(from, 'application');
  let isEnded = false;
  void tool.done.then(() => (isEnded = true));
  try {
    while (!isEnded) await connection.query(`UPDATE ${PROBE_TABLE} SET n = n + 1 WHERE id = 1`);
  } catch {
    // Refused by the fence: that is the end of it.
  } finally {
    connection.destroy();
  }
}

/** A side without a channel has nothing to start or stop. */
async function replication({ lab }: Scene, side: Side, what: 'start' | 'stop'): Promise<void> {
  const { sql } = what === 'start' ? startReplication() : stopReplication();
  await asPlatform(lab, side, (connection) => connection.query(sql)).catch(() => undefined);
}
