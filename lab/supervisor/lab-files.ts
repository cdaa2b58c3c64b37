import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where everything of a lab lies in its directory. Sockets must stay short: a path of more than 107 bytes cannot be bound. */
export interface LabFiles {
  readonly record: string;
  readonly log: string;
  readonly controlSocket: string;
  readonly environment: string;
  readonly upgrade: string;
  readonly terraformSettings: string;
  readonly terraformMirror: string;
  readonly account: string;
  readonly engine: string;
  readonly certificates: string;
}

const NAMES: LabFiles = {
  record: 'lab.json',
  log: 'labd.log',
  controlSocket: 'control.sock',
  environment: 'env',
  upgrade: 'upgrade.yaml',
  terraformSettings: 'terraform.rc',
  terraformMirror: 'mirror',
  account: 'aws.json',
  engine: 'mysql',
  certificates: 'tls',
};

/** Made by the network (see lab/network/addresses.ts). */
const NETWORK_NAMES = ['addresses.json', 'addresses.json.new', 'hosts', 'hosts.new'];

export function labFiles(dir: string): LabFiles {
  return Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, join(dir, name as string)]),
  ) as unknown as LabFiles;
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
