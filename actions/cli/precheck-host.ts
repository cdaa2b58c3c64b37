/** `precheck --host`: any MySQL, by address and credentials; no AWS and no upgrade.yaml. */
import { openObserver, type ObserverOptions } from '../adapters/mysql-observer';
import { systemClock } from '../adapters/system-clock';
import { UpgradeError } from '../engine/errors';
import type { Credentials, MysqlServer } from '../ports/mysql-server';
import { askPassword } from './ask-password';
import { usageError, type PrecheckOptions, type PrecheckWishes, type TlsMode } from './precheck-options';

const CONNECT_TIMEOUT_MS = 5_000;

/** Throws `UpgradeError`: `usage`, `credentials-missing`, and what opening the connections rejects with. */
export async function openHost(options: PrecheckOptions, { port, tls }: PrecheckWishes): Promise<MysqlServer> {
  const host = options.host ?? '';
  const credentials = await credentialsFor(options);
  const observer = (mode: TlsMode): Promise<MysqlServer> => {
    const network = { caFile: options.ca, dnsServers: [], connectTimeout: CONNECT_TIMEOUT_MS, tls: mode };
    return open({ side: 'blue', host, port, credentials, network, clock: systemClock });
  };
  if (tls !== undefined) return observer(tls);
  if (options.ca !== undefined || !isThisMachine(host)) return observer('verified');
  try {
    return await observer('unverified');
  } catch (error) {
    // What does not leave this machine may go without encryption when the server has none.
    if (error instanceof UpgradeError && error.code === 'mysql-tls') return observer('off');
    throw error;
  }
}

async function open(options: ObserverOptions): Promise<MysqlServer> {
  try {
    return await openObserver(options);
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.code !== 'mysql-tls' || options.network.tls !== 'verified')
      throw error;
    throw new UpgradeError('the certificate of the server is not trusted', {
      code: 'mysql-tls',
      source: 'mysql',
      hint:
        'The password is only sent to a server that proves who it is. Name the PEM file of the authority that signed its ' +
        'certificate with --ca FILE; or, on a network that you trust, use --tls unverified (encrypted, but to whoever ' +
        'answers) or --tls off.',
      cause: error,
    });
  }
}

/** MYSQL_PWD is what MySQL's own clients read; an empty one is an account without a password. */
async function credentialsFor(options: PrecheckOptions): Promise<Credentials> {
  const user = options.user ?? process.env['AURORA_CUTOVER_BLUE_USER'];
  if (user === undefined || user === '') {
    throw usageError('--user is missing', 'Nothing was run. Name the account with --user or AURORA_CUTOVER_BLUE_USER.');
  }
  const password = process.env['AURORA_CUTOVER_BLUE_PASSWORD'] ?? process.env['MYSQL_PWD'];
  if (password !== undefined) return { user, password };
  if (!process.stdin.isTTY) {
    throw new UpgradeError(`there is no password for ${user}`, {
      code: 'credentials-missing',
      source: 'user',
      hint: 'Set MYSQL_PWD or AURORA_CUTOVER_BLUE_PASSWORD in the environment (it may be empty), or run this in a terminal, where it is asked for. It is never taken from the command line, which every user of this machine can read.',
    });
  }
  return { user, password: await askPassword(`Password of ${user}: `) };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
