import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A /24 of the loopback network that belongs to one lab: `127.<x>.<y>.0/24`, written as its first three numbers. */
export interface Subnet {
  readonly prefix: string;
  readonly cidr: string;
}

interface Claim {
  readonly dir: string;
  readonly pid: number;
}

const ATTEMPTS = 64;

/**
 * Claims a /24 for the lab in `dir` until `releaseSubnet`. Labs side by side never get the same one: a lock file created
 * exclusively says who has it, and port 3306 of the subnet must be free to bind. A claim whose process and whose
 * directory are both gone is taken over.
 */
export async function claimSubnet(dir: string, cacheDir: string, pick = pickPrefix): Promise<Subnet> {
  await mkdir(locksOf(cacheDir), { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const prefix = pick();
    if (!(await lock(prefix, dir, cacheDir))) continue;
    if (await canBind(`${prefix}.1`, 3306)) return toSubnet(prefix);
    await releaseSubnet(prefix, cacheDir);
  }
  throw new Error(
    `No free loopback /24 found in ${String(ATTEMPTS)} attempts, so the lab has no addresses for its endpoints. ` +
      `See the claims in ${locksOf(cacheDir)}, stop labs that are no longer needed (lab down) and try again.`,
  );
}

/** Gives a subnet back; harmless when it is not claimed. */
export async function releaseSubnet(prefix: string, cacheDir: string): Promise<void> {
  await rm(lockFile(prefix, cacheDir), { force: true });
}

export function toSubnet(prefix: string): Subnet {
  return { prefix, cidr: `${prefix}.0/24` };
}

function pickPrefix(): string {
  return `127.${String(randomInt(20, 251))}.${String(randomInt(0, 256))}`;
}

function locksOf(cacheDir: string): string {
  return join(cacheDir, 'subnets');
}

function lockFile(prefix: string, cacheDir: string): string {
  return join(locksOf(cacheDir), `${prefix}.json`);
}

async function lock(prefix: string, dir: string, cacheDir: string): Promise<boolean> {
  const file = lockFile(prefix, cacheDir);
  const claim: Claim = { dir, pid: process.pid };
  const create = () =>
    writeFile(file, JSON.stringify(claim), { flag: 'wx' }).then(
      () => true,
      () => false,
    );
  if (await create()) return true;
  if (!(await isAbandoned(file))) return false;
  await rm(file, { force: true });
  return create();
}

async function isAbandoned(file: string): Promise<boolean> {
  try {
    const claim = JSON.parse(await readFile(file, 'utf8')) as Claim;
    return !existsSync(claim.dir) && !isAlive(claim.pid);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function canBind(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
