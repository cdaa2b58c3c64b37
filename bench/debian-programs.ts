/** Finds a Perl program of a Debian package, or unpacks it with what it needs into the lab's cache folder, where nothing of this machine changes. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../lab/mysql/binaries';

const run = promisify(execFile);

export interface DebianProgram {
  readonly package: string;
  /** In /usr/bin of it. */
  readonly program: string;
  /** Perl modules without which it does not run. */
  readonly modules: readonly string[];
  /** The option that lets it be fetched. */
  readonly option: string;
}

export interface FoundProgram {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A text says why it cannot be run. `mayFetch`: Debian's packages may be downloaded with apt-get. */
export async function findDebianProgram(wanted: DebianProgram, mayFetch: boolean): Promise<FoundProgram | string> {
  const installed = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, wanted.program));
  const found = installed.find((file) => existsSync(file));
  if (found !== undefined) return { file: found, environment: {} };
  const root = join(cacheFolder(), wanted.package);
  if (!existsSync(unpackedIn(root, wanted).file)) {
    if (!mayFetch) {
      return `${wanted.package} is not installed (install it with apt-get, or let ${wanted.option} unpack Debian's packages into the cache folder)`;
    }
    try {
      await fetch(root, wanted.package);
    } catch (error) {
      return `${wanted.package} could not be fetched: ${lastLineOf(error)}`;
    }
  }
  const unpacked = unpackedIn(root, wanted);
  try {
    const modules = wanted.modules.map((name) => `-M${name}`);
    await run('perl', [...modules, '-e', '1'], { env: { ...process.env, ...unpacked.environment } });
  } catch (error) {
    return `its Perl modules cannot be loaded: ${lastLineOf(error)}`;
  }
  return unpacked;
}

/** Of what a program said. */
export function lastLineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}

function unpackedIn(root: string, { program }: DebianProgram): FoundProgram {
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  const perl5 = join(libraries, 'perl5');
  const versions = existsSync(perl5) ? readdirSync(perl5).map((version) => join(perl5, version)) : [];
  return {
    file: join(root, 'usr/bin', program),
    environment: {
      PERL5LIB: [join(root, 'usr/share/perl5'), perl5, ...versions].join(delimiter),
      LD_LIBRARY_PATH: libraries,
    },
  };
}

/** What apt-get would install, without what it would only bring up to date. */
async function fetch(root: string, name: string): Promise<void> {
  const { stdout } = await run('apt-get', ['install', '--simulate', '--no-install-recommends', name]);
  const packages = [...stdout.matchAll(/^Inst (\S+) \(/gm)].map(([, found]) => found ?? '');
  const downloads = join(root, 'packages');
  mkdirSync(downloads, { recursive: true });
  await run('apt-get', ['download', ...packages], { cwd: downloads });
  for (const file of readdirSync(downloads)) await run('dpkg-deb', ['--extract', join(downloads, file), root]);
}
