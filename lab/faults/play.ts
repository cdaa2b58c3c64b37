/** Rounds in one lab, one after the other: each leaves it at rest for the next, or it is built anew. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabPair } from '../contract';
import { keepEvidence } from './evidence';
import type { Fault } from './fault';
import { FaultLab } from './fault-lab';
import { seededRandom, type Random } from './random';
import { unrest } from './rest';
import { playRound, type RoundResult } from './round';

export interface PlayOptions {
  readonly pair: LabPair;
  readonly faults: readonly Fault[];
  readonly rounds: number;
  readonly seed: number;
  /** Aborted by Ctrl-C: the lab is taken down at once. */
  readonly signal: AbortSignal;
  /** Lines for people. */
  readonly progress: (line: string) => void;
}

/** Rejects only when a lab cannot be started; everything else is a failed round. Aborted, it answers the rounds so far. */
export async function play(options: PlayOptions): Promise<readonly RoundResult[]> {
  const { pair, progress, rounds, seed, signal } = options;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  progress(`seed ${seed}: the same seed chooses the same faults`);
  const chooser = new Chooser(options.faults, seededRandom(seed));
  const results: RoundResult[] = [];
  let evidenceFolder: string | undefined;
  let lab = await FaultLab.open(pair, progress);
  try {
    for (let round = 1; round <= rounds; round++) {
      const fault = chooser.next(lab.possibleDirection());
      // Of its own, so that how often one fault asks does not change what befalls the next round.
      const random = seededRandom(seed + round * 1_000_003);
      const { result, evidence } = await Promise.race([playRound(lab, fault, random, round), aborted]);
      results.push(result);
      progress(describe(result, rounds));
      if (result.problems.length === 0) continue;
      evidenceFolder ??= mkdtempSync(join(tmpdir(), 'faults-evidence-'));
      progress(`  evidence: ${keepEvidence(evidenceFolder, lab, result, evidence)}`);
      if ((await unrest(lab)).length === 0) continue;
      progress('  the lab is not at rest: building another');
      await lab.close();
      lab = await FaultLab.open(pair, progress);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    progress('interrupted; taking the lab down');
  } finally {
    await lab.close();
  }
  return results;
}

/** Goes through all faults of a direction in a random order before it begins again. */
class Chooser {
  private readonly left = new Map<string, Fault[]>();

  constructor(
    private readonly faults: readonly Fault[],
    private readonly random: Random,
  ) {}

  next(direction: 'cutover' | 'rollback'): Fault {
    let left = this.left.get(direction) ?? [];
    if (left.length === 0) left = this.faults.filter((fault) => fault.directions?.includes(direction) ?? true);
    // A fault of the other direction only: the switch is made all the same, so that its turn comes.
    const chosen = this.random.pick(left.length === 0 ? [NO_FAULT] : left);
    this.left.set(
      direction,
      left.filter((fault) => fault !== chosen),
    );
    return chosen;
  }
}

const NO_FAULT: Fault = { name: 'none', family: 'none' };

function describe(
  { round, fault, direction, end, notes, problems, closedMs, gapMs, durationMs, acknowledged }: RoundResult,
  rounds: number,
): string {
  const about = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const told = `${round}/${rounds} ${problems.length === 0 ? 'ok    ' : 'FAILED'} ${direction} ${fault}${about}: ${end}; closed ${closedMs} ms, gap ${gapMs} ms, ${acknowledged} writes, ${(durationMs / 1_000).toFixed(1)} s`;
  return [told, ...problems.map((problem) => `  - ${problem}`)].join('\n');
}
