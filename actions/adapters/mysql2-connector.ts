import { UpgradeError } from '../engine/errors';
import type { UpgradeConfig } from '../config/schema';
import type { CredentialsReader } from '../ports/aws';
import type { Clock } from '../ports/clock';
import type { Credentials, LoginOutcome, MysqlConnector, MysqlServer, Side } from '../ports/mysql-server';
import { masterCredentials } from './mysql-credentials';
import { createDialler } from './mysql-dial';
import { openLoneSession, openMysql2Server, type Access } from './mysql-server';

export interface Mysql2ConnectorOptions {
  readonly config: Pick<UpgradeConfig, 'blue' | 'green' | 'network'>;
  /** Where the writer of a side listens. Its errors pass through. */
  readonly endpointOf: (side: Side) => Promise<{ readonly host: string; readonly port: number }>;
  readonly secrets: CredentialsReader;
  /** For AURORA_CUTOVER_<SIDE>_USER and _PASSWORD. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** MySQL over mysql2. Connections and credentials are looked up when first needed and then kept. */
export function createMysql2Connector(options: Mysql2ConnectorOptions): MysqlConnector {
  const { config, clock, endpointOf } = options;
  const dialler = createDialler(config.network);
  const servers = new Map<Side, Promise<MysqlServer>>();
  const credentials = new Map<Side, Promise<Credentials>>();

  const credentialsOf = (side: Side): Promise<Credentials> =>
    once(credentials, side, () =>
      masterCredentials(side, {
        environment: options.environment,
        secretArns: { blue: config.blue.credentials.secretArn, green: config.green.credentials.secretArn },
        secrets: options.secrets,
      }),
    );

  const accessAs = async (side: Side, login: Credentials): Promise<Access> => {
    const target = { side, ...(await endpointOf(side)) };
    return { side, clock, dial: () => dialler.dial(target, login), openIds: () => dialler.openIds(side) };
  };

  return {
    connect: (side) =>
      once(servers, side, async () => {
        return openMysql2Server(await accessAs(side, await credentialsOf(side)));
      }),
    masterCredentials: credentialsOf,
    async tryLogin(side, login): Promise<LoginOutcome> {
      const { dial } = await accessAs(side, login);
      try {
        (await dial()).destroy();
        return 'accepted';
      } catch (error) {
        if (!(error instanceof UpgradeError)) throw error;
        return REFUSALS.has(error.code) ? 'refused' : 'unreachable';
      }
    },
    openSessionAs: async (side, login) => openLoneSession(await accessAs(side, login)),
    async close() {
      const open = [...servers.values()];
      servers.clear();
      const settled = await Promise.allSettled(open);
      await Promise.all(
        settled.map(async (result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
      );
    },
  };
}

/**
 * Answers by which a server turns an account away: wrong password, unknown host, plugin not usable here, account locked,
 * password expired (tried on 5.7.29 and 9.7.4 for the first and the locked one).
 */
const REFUSALS: ReadonlySet<string> = new Set(
  [1044, 1045, 1130, 1251, 1524, 1698, 1820, 1862, 3118].map((errno) => `mysql-${errno}`),
);

/** A failure is not kept: the next call tries again. */
function once<K, V>(kept: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  made.catch(() => {
    if (kept.get(key) === made) kept.delete(key);
  });
  return made;
}
