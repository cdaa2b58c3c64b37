/** Keeps how long statements took: of a pass by kind of read, and of the moments since somebody looked. */
import type { ReadOutcome } from '../ports/read-runner';
import { percentile, type PrewarmStage, type WarmedRead } from './result';

export interface LatencyMeter {
  add(id: string, stage: PrewarmStage, outcome: ReadOutcome): void;
  /** Of all statements that were answered in a stage. */
  latencies(stage: PrewarmStage): readonly number[];
  /** Since the last call. */
  sinceNote(): readonly number[];
  executions(): number;
  reads(ids: readonly string[]): readonly WarmedRead[];
}

interface Kept {
  executions: number;
  readonly first: number[];
  readonly last: number[];
  readonly failures: Set<string>;
}

export function latencyMeter(): LatencyMeter {
  const kept = new Map<string, Kept>();
  let recent: number[] = [];
  let executions = 0;
  const of = (id: string): Kept => {
    const found = kept.get(id) ?? { executions: 0, first: [], last: [], failures: new Set() };
    kept.set(id, found);
    return found;
  };
  return {
    add(id, stage, outcome) {
      const one = of(id);
      executions += 1;
      one.executions += 1;
      if (outcome.is === 'failed') one.failures.add(outcome.code);
      if (outcome.is === 'late') one.failures.add('late');
      if (outcome.is !== 'read') return;
      recent.push(outcome.ms);
      if (stage === 'first pass') one.first.push(outcome.ms);
      if (stage === 'last pass') one.last.push(outcome.ms);
    },
    latencies: (stage) =>
      [...kept.values()].flatMap(({ first, last }) =>
        stage === 'first pass' ? first : stage === 'last pass' ? last : [],
      ),
    sinceNote() {
      const taken = recent;
      recent = [];
      return taken;
    },
    executions: () => executions,
    reads: (ids) =>
      ids.map((id) => {
        const one = of(id);
        return {
          id,
          executions: one.executions,
          beforeMs: percentile(one.first, 0.5),
          afterMs: percentile(one.last, 0.5),
          failures: [...one.failures].sort(),
        };
      }),
  };
}
