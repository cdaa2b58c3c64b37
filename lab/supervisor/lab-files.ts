import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Made by the network (see lab/network/addresses.ts). */
const NETWORK_NAMES = ['addresses.json', 'addresses.json.new', 'hosts', 'hosts.new'];

/** Where everything of a lab lies in its directory. */
export function labFiles(dir: string) {
  return {
    record: join(dir, 'lab.json'),
    log: join(dir, 'labd.log'),
    controlSocket: join(dir, 'control.sock'),
    environment: join(dir, 'env'),
    upgrade: join(dir, 'upgrade.yaml'),
    terraformSettings: join(dir, 'terraform.rc'),
    terraformMirror: join(dir, 'mirror'),
    /** Made by `cdktf`, but of no use without the lab. */
    cdktfOutput: join(dir, 'cdktf.out'),
    /** Where `cdktf` keeps what it would put into the home directory. */
    cdktfHome: join(dir, 'cdktf-home'),
    account: join(dir, 'aws.json'),
    engine: join(dir, 'mysql'),
    certificates: join(dir, 'tls'),
  } as const;
}

/**
 * Removes what the lab made, and the directory if nothing else is in it: a state file, plans and reports that were put
 * there belong to somebody else. The record goes last, so that a removal that was interrupted can be repeated.
 */
export async function removeLabFiles(dir: string): Promise<void> {
  const { record, ...others } = labFiles(dir);
  const made = [...Object.values(others), ...NETWORK_NAMES.map((name) => join(dir, name)), `${record}.new`];
  for (const path of [...made, record]) await rm(path, { recursive: true, force: true });
  if (existsSync(dir) && readdirSync(dir).length === 0) rmdirSync(dir);
}
