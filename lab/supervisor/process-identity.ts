import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks since boot (proc(5)); with the boot id it names one process. */
  readonly startTicks: string;
  readonly bootId: string;
}

/** Throws when there is no such process. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicks(pid), bootId: bootId() };
}

/** A process that ended and waits for its parent to notice counts as gone. */
export function isRunning({ pid, startTicks: expected, bootId: boot }: ProcessIdentity): boolean {
  try {
    return boot === bootId() && startTicks(pid) === expected;
  } catch {
    return false;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The name in field 2 may hold spaces and parentheses, so the fields are counted from its end. */
function startTicks(pid: number): string {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields[18];
  if (state === 'Z' || ticks === undefined) throw new Error(`Process ${String(pid)} has ended.`);
  return ticks;
}
