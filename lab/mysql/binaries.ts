/** Finds the mysqld programs which `bootstrap/fetch-mysql.js` fetched, or which the environment names. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** MySQL series the lab has servers and procedures for: 5.7 as it is, everything from 8.0.23 on as `9.x`. */
export type Series = '5.7' | '9.x';

/** A mysqld that can be started: the program, what must precede mysqld's own options, and where it looks for its files. */
export interface ServerBinary {
  readonly series: Series;
  /** As `mysqld --version` answers, e.g. `5.7.29`. */
  readonly version: string;
  readonly program: string;
  /** Arguments before mysqld's own: those of the dynamic loader. */
  readonly leadingArguments: readonly string[];
  /** `--basedir`, `--plugin-dir` and such, as far as this installation needs them. */
  readonly installationOptions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
const run = promisify(execFile);

/** Folder that the bootstrap fills; the same rule as in `bootstrap/fetch-mysql.js`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment.AURORA_CUTOVER_CACHE;
  if (own) return resolve(own);
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'aurora-cutover');
}

/**
 * The mysqld of a series. `LAB_BLUE_MYSQLD` is looked at for 5.7, `LAB_GREEN_MYSQLD` for 9.x. Rejects when there is none,
 * when it does not run, or when the one named by the environment is of another series.
 */
export async function findServer(series: Series, environment: NodeJS.ProcessEnv = process.env): Promise<ServerBinary> {
  const variable = series === '5.7' ? 'LAB_BLUE_MYSQLD' : 'LAB_GREEN_MYSQLD';
  const own = environment[variable];
  const mysqld = own ? resolve(own) : undefined;
  const cache = cacheFolder(environment);
  if (mysqld !== undefined && !existsSync(mysqld)) throw missing(series, mysqld, variable);
  const found = mysqld === undefined ? fetchedServer(series, cache) : ownServer(mysqld, environment);
  if (!existsSync(found.mysqld)) throw missing(series, found.mysqld, variable);
  const version = await askVersion(found, variable);
  const actual = seriesOf(version);
  if (actual !== series) {
    throw new Error(
      `${found.mysqld} is MySQL ${version}, but the lab needs series ${series} there. ` +
        `Point ${variable} to a mysqld of that series, or unset it to use the fetched one.`,
    );
  }
  const { program, leadingArguments, installationOptions, environment: variables } = found;
  return { series, version, program, leadingArguments, installationOptions, environment: variables };
}

/** Series of a version such as `9.7.4`, or of an Aurora engine version such as `8.0.mysql_aurora.3.08.0`. */
export function seriesOf(version: string): Series {
  const [major, minor] = version.split('.').map(Number);
  if (major === 5 && minor === 7) return '5.7';
  if (major !== undefined && major >= 8) return '9.x';
  throw new Error(`The lab has no server for version ${version}; it knows 5.7 and what came after 8.0.`);
}

function missing(series: Series, mysqld: string, variable: string): Error {
  return new Error(
    `There is no MySQL ${series} server at ${mysqld}. The lab runs real servers and cannot start without it. ` +
      `Run \`node bootstrap/fetch-mysql.js\`, or set ${variable} to a mysqld of your own.`,
  );
}

type Candidate = Omit<ServerBinary, 'series' | 'version'> & { readonly mysqld: string };

function fetchedServer(series: Series, cache: string): Candidate {
  const debian = join(cache, 'mysql-debian');
  const libraries = join(debian, LIBRARIES);
  const blue = join(cache, 'mysql-5.7');
  const mysqld = series === '5.7' ? join(blue, 'mysqld') : join(debian, 'usr/sbin/mysqld');
  const share = series === '5.7' ? join(blue, 'share/mysql') : join(debian, 'usr/share/mysql');
  const installationOptions = [
    `--basedir=${series === '5.7' ? blue : join(debian, 'usr')}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    ...(series === '9.x' ? [`--plugin-dir=${join(debian, 'usr/lib/mysql/plugin')}`] : []),
  ];
  return {
    mysqld,
    program: join(libraries, 'ld-linux-x86-64.so.2'),
    leadingArguments: ['--library-path', libraries, '--preload', join(libraries, 'libnss_wrapper.so'), mysqld],
    installationOptions,
    environment: {},
  };
}

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** A mysqld of the user's own runs with the machine's loader, so it needs the machine's name service wrapper, too. */
function ownServer(mysqld: string, environment: NodeJS.ProcessEnv): Candidate {
  const candidates = LIBRARY_FOLDERS.map((folder) => join(folder, 'libnss_wrapper.so'));
  const wrapper = [environment.LAB_NSS_WRAPPER ?? '', ...candidates].find((file) => file !== '' && existsSync(file));
  if (wrapper === undefined) {
    throw new Error(
      `${mysqld} needs libnss_wrapper.so to find the lab's host names, and this machine does not have it in ` +
        `${LIBRARY_FOLDERS.join(', ')}. Install the package libnss-wrapper (nss_wrapper on Fedora), or set LAB_NSS_WRAPPER to its path.`,
    );
  }
  return {
    mysqld,
    program: mysqld,
    leadingArguments: [],
    installationOptions: [`--basedir=${dirname(dirname(mysqld))}`],
    environment: { LD_PRELOAD: wrapper },
  };
}

async function askVersion(candidate: Candidate, variable: string): Promise<string> {
  try {
    const { stdout } = await run(candidate.program, [...candidate.leadingArguments, '--no-defaults', '--version'], {
      env: { ...process.env, ...candidate.environment },
      timeout: 20_000,
    });
    const version = /Ver (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (version === undefined) throw new Error(`it answered ${JSON.stringify(stdout.trim())} to --version`);
    return version;
  } catch (error) {
    throw new Error(
      `${candidate.mysqld} does not run on this machine, so the lab cannot use it. Try it by hand with --version; ` +
        `delete ${cacheFolder()} to fetch it anew, or set ${variable} to another mysqld.`,
      { cause: error },
    );
  }
}
