import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../mysql/binaries';
import { AddressBook } from '../network/addresses';
import { releaseSubnet } from '../network/subnet';
import { askLab } from './control';
import { labFiles, removeLabFiles } from './lab-files';
import { endServers } from './leftover-servers';
import { readLabRecord } from './lab-record';
import { isRunning, type ProcessIdentity } from './process-identity';

export interface StopResult {
  /** There was a lab in the directory. */
  readonly wasThere: boolean;
  /** The supervisor had died, or had to be killed; its servers were ended for it. */
  readonly wasForced: boolean;
}

/** An orderly end stops two servers; each may flush for a while. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/**
 * Ends a lab and removes what it made. Works as well when its supervisor crashed, or the start was interrupted; a lab
 * that is not there is no error. Nothing of it runs afterwards.
 */
export async function stopLab(directory: string): Promise<StopResult> {
  const dir = resolve(directory);
  const record = readLabRecord(dir);
  if (record === undefined) return { wasThere: false, wasForced: false };
  const isOrderly = isRunning(record.supervisor) && (await shutDown(dir, record.supervisor));
  if (!isOrderly) await kill(record.supervisor);
  const leftovers = await endServers(labFiles(dir).engine);
  const prefix = AddressBook.reopen(dir)?.prefix;
  if (prefix !== undefined) await releaseSubnet(prefix, cacheFolder());
  await removeLabFiles(dir);
  return { wasThere: true, wasForced: !isOrderly || leftovers > 0 };
}

/** Whether the supervisor took the request and ended. */
async function shutDown(dir: string, supervisor: ProcessIdentity): Promise<boolean> {
  try {
    await askLab(labFiles(dir).controlSocket, { command: 'shutdown' });
  } catch {
    return false;
  }
  return hasEnded(supervisor, PATIENCE_MS);
}

async function kill(supervisor: ProcessIdentity): Promise<void> {
  if (!isRunning(supervisor)) return;
  process.kill(supervisor.pid, 'SIGKILL');
  await hasEnded(supervisor, PATIENCE_MS);
}

async function hasEnded(process: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (isRunning(process)) {
    if (performance.now() > deadlineMs) return false;
    await sleep(POLL_MS);
  }
  return true;
}
