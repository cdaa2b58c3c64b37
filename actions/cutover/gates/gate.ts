/** What must be true before writes are blocked: a value, a limit and a reason. */
import type { Timings } from '../budget';
import type { SwitchContext } from '../switch-context';

export interface Gate {
  readonly name: string;
  /** What was measured, for people. */
  readonly value: string;
  readonly limit: string;
  readonly ok: boolean;
  readonly reason?: string;
  /** What `value` says, for scripts; units are in the names. */
  readonly measured?: Readonly<Record<string, number | string | null>>;
}

/** What gates look at: a switch that need not have begun, without its locks, its probe and what it finds. */
export type GateContext = Omit<SwitchContext, 'id' | 'probe' | 'hold' | 'locks' | 'found' | 'rememberPositions'> & {
  /** What a rehearsal noted. */
  readonly timings?: Timings;
};

/** For families that ask AWS, or much of the servers: what they see changes with people, not with traffic. */
export const KEPT_MS = 30_000;

/** Gates that are measured together. Observes only. */
export interface GateFamily {
  /** Of the one gate that stands for them when they cannot be asked. */
  readonly name: string;
  /** Of one that is dear to ask: while somebody waits for the others, an answer counts for so long. */
  readonly keepMs?: number;
  ask(context: GateContext): Promise<readonly Gate[]>;
}
