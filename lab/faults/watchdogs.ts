/** The watchdogs of a lab's switches: detached processes, found by the upgrade.yaml of the lab that they were started with. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultLab } from './fault-lab';

/** Process ids; the tool itself is none of them. */
export function watchdogsOf({ description }: FaultLab): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const words = commandLine(name);
    return words.includes('watchdog') && words.some((word) => word.startsWith(`${description.dir}/`))
      ? [Number(name)]
      : [];
  });
}

/** Whether all of them have ended in time. */
export async function watchdogsEnded(lab: FaultLab, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (watchdogsOf(lab).length > 0) {
    if (performance.now() > end) return false;
    await sleep(50);
  }
  return true;
}

export function killWatchdogs(lab: FaultLab): number {
  const pids = watchdogsOf(lab);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return pids.length;
}

function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
