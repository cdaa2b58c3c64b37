/** Finds Debian's MHA, or unpacks it into the lab's cache folder, where nothing of this machine changes. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../lab/mysql/binaries';

const PROGRAM = 'masterha_master_switch';
const PACKAGE = 'mha4mysql-manager';

const run = promisify(execFile);

export interface MhaPrograms {
  readonly masterSwitch: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A text says why it cannot be run. `mayFetch`: Debian's packages may be downloaded with apt-get. */
export async function findMha(mayFetch: boolean): Promise<MhaPrograms | string> {
  const installed = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, PROGRAM));
  const found = installed.find((file) => existsSync(file));
  if (found !== undefined) return { masterSwitch: found, environment: {} };
  const root = join(cacheFolder(), 'mha');
  if (!existsSync(unpackedIn(root).masterSwitch)) {
    if (!mayFetch)
      return `${PACKAGE} is not installed (install it with apt-get, or let --fetch-mha unpack Debian's packages into the cache folder)`;
    try {
      await fetch(root);
    } catch (error) {
      return `${PACKAGE} could not be fetched: ${reasonOf(error)}`;
    }
  }
  const unpacked = unpackedIn(root);
  const environment = { ...process.env, ...unpacked.environment };
  try {
    await run('perl', ['-MDBD::mysql', '-MMHA::MasterRotate', '-e', '1'], { env: environment });
  } catch (error) {
    return `its Perl modules cannot be loaded: ${reasonOf(error)}`;
  }
  return unpacked;
}

/** The last line that the program said. */
function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}

function unpackedIn(root: string): MhaPrograms {
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  const perl5 = join(libraries, 'perl5');
  const versions = existsSync(perl5) ? readdirSync(perl5).map((version) => join(perl5, version)) : [];
  return {
    masterSwitch: join(root, 'usr/bin', PROGRAM),
    environment: {
      PERL5LIB: [join(root, 'usr/share/perl5'), perl5, ...versions].join(delimiter),
      LD_LIBRARY_PATH: libraries,
    },
  };
}

/** What apt-get would install, without what it would only bring up to date. */
async function fetch(root: string): Promise<void> {
  const { stdout } = await run('apt-get', ['install', '--simulate', '--no-install-recommends', PACKAGE]);
  const packages = [...stdout.matchAll(/^Inst (\S+) \(/gm)].map(([, name]) => name ?? '');
  const downloads = join(root, 'packages');
  mkdirSync(downloads, { recursive: true });
  await run('apt-get', ['download', ...packages], { cwd: downloads });
  for (const file of readdirSync(downloads)) await run('dpkg-deb', ['--extract', join(downloads, file), root]);
}
