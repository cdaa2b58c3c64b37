/** Which process this is, as far as a lock file needs it. Linux tells all of it; elsewhere only host and pid count. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { kill, pid } from 'node:process';

import type { LockHolder } from '../ports/state-store';
import type { ProcessIdentity } from '../state/lock-holder';
import { codeOf } from '../state/read';

export const thisProcess: ProcessIdentity = {
  self() {
    const processStart = startOf(pid);
    const pidNamespace = pidNamespaceOfSelf();
    return {
      user: userName(),
      host: hostname(),
      bootId: bootId(),
      pid,
      ...(processStart === undefined ? {} : { processStart }),
      ...(pidNamespace === undefined ? {} : { pidNamespace }),
    };
  },
  isGone(holder: LockHolder) {
    if (holder.host !== hostname()) return false;
    const boot = bootId();
    if (boot === '' || holder.bootId === '') return !isRunning(holder.pid);
    if (holder.bootId !== boot) return true;
    // A process of another container on the same kernel is invisible here, which does not mean that it is gone.
    if (holder.pidNamespace !== pidNamespaceOfSelf()) return false;
    if (!isRunning(holder.pid)) return true;
    // The pid may have been given to another process since.
    const start = startOf(holder.pid);
    return holder.processStart !== undefined && start !== undefined && start !== holder.processStart;
  },
};

function isRunning(id: number): boolean {
  try {
    return kill(id, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return codeOf(error) !== 'ESRCH';
  }
}

/** Start time of a process in clock ticks since boot: field 22 of /proc/<pid>/stat (proc(5)). */
function startOf(id: number): string | undefined {
  // The second field is the command in parentheses and may hold spaces and parentheses itself.
  const fields = readProc(`/proc/${id}/stat`)?.replace(/^.*\)/s, '').trim().split(/\s+/);
  return fields?.[19];
}

function bootId(): string {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function pidNamespaceOfSelf(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return 'unknown';
  }
}
