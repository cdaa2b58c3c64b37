/** A round: under load to green and back to blue, then the audit. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../actions/ports/mysql-server';
import { auditSides } from '../../lab/rehearsal/audit';
import type { LedgerSnapshot } from '../../lab/writers/ledger';
import { monotonicMs } from '../../lab/writers/monotonic';
import { measureSwitch } from '../../lab/writers/switch-measurement';
import { otherSide, type BenchLab } from './bench-lab';
import type { Contestant } from './contestant';

/** Write load before and after each switch. */
const LOAD_MS = 700;

export interface Gap {
  readonly to: Side;
  /** Last acknowledged write on the old side to the first one on the new, over all writers. Milliseconds. */
  readonly ms: number;
  /** From the last acknowledged write on the old side until the endpoint had moved. */
  readonly movedMs: number;
  readonly told: string | undefined;
}

interface Window {
  readonly to: Side;
  readonly fromMs: number;
  readonly toMs: number;
  readonly movedMs: number;
  readonly told: string | undefined;
}

/** Two gaps. Rejects when a write was lost, doubled, or acknowledged by the old side after the new one's first. */
export async function playRound(bench: BenchLab, contestant: Contestant, writers: number): Promise<readonly Gap[]> {
  await contestant.prepare?.();
  await bench.healthy('green');
  const load = await bench.startWriters(writers);
  try {
    const windows: Window[] = [];
    for (const to of ['green', 'blue'] as const) {
      // Before the load, and not after it: the shortest switch ends the writes before another one is acknowledged.
      const fromMs = monotonicMs();
      await sleep(LOAD_MS);
      const told = await contestant.switch(to);
      await sleep(LOAD_MS);
      windows.push({ to, fromMs, toMs: monotonicMs(), movedMs: bench.endpoint.movedMs(), told });
      await bench.healthy(otherSide(to));
    }
    const snapshot = await load.stop();
    const gaps = windows.map((window) => gapOf(bench, snapshot, window));
    await refuseWrongs(bench, contestant, snapshot);
    await contestant.restore?.();
    return gaps;
  } finally {
    await load.kill();
  }
}

function gapOf({ lab }: BenchLab, snapshot: LedgerSnapshot, { to, fromMs, toMs, movedMs, told }: Window): Gap {
  const uuids = { oldUuid: lab.uuidOf(otherSide(to)), newUuid: lab.uuidOf(to) };
  // Every client counts: they all resolve the name anew.
  const everybody = { ...snapshot, writers: snapshot.writers.map((writer) => ({ ...writer, kind: 'probe' as const })) };
  const { gapMs, dual, dnsTailMs, lastOldMs } = measureSwitch(everybody, { ...uuids, fromMs, toMs });
  if (dual.length > 0) throw new Error(`both sides acknowledged writes at once: ${JSON.stringify(dual)}`);
  if (gapMs === undefined || dnsTailMs === undefined || lastOldMs === undefined)
    throw new Error(`not every writer writes on ${to} after the switch (${told ?? ''})`);
  return { to, ms: gapMs, movedMs: movedMs - lastOldMs, told };
}

async function refuseWrongs({ lab }: BenchLab, { name }: Contestant, snapshot: LedgerSnapshot): Promise<void> {
  const sides = { servingEndpoint: lab.endpointOf('blue'), otherEndpoint: lab.endpointOf('green') };
  const { lost, duplicated, miscounted, missingOnOther } = await auditSides(lab.description, sides, snapshot);
  const wrongs = { lost, duplicated, miscounted, missingOnOther };
  if (Object.values(wrongs).some((found) => found.length > 0))
    throw new Error(`the audit after ${name} found wrong writes: ${JSON.stringify(wrongs)}`);
}
