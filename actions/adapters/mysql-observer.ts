/**
 * Sessions that can only look. Every transaction of theirs is read-only, so the server refuses a write (error 1792) and does
 * not store statistics that a look at information_schema would make it keep (8.0 manual, information_schema_stats_expiry).
 * Not one long transaction: it would hold metadata locks and old row versions for as long as the checks run.
 */
import type { Clock } from '../ports/clock';
import type { Credentials, MysqlServer, Side } from '../ports/mysql-server';
import { createDialler, type DialledConnection, type NetworkSettings } from './mysql-dial';
import { openMysql2Server } from './mysql-server';

export interface ObserverOptions {
  readonly side: Side;
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly network: Pick<NetworkSettings, 'caFile' | 'dnsServers' | 'connectTimeout' | 'tls'>;
  readonly clock: Clock;
}

/** Understood by every MySQL and MariaDB that an upgrade may begin at. */
const REQUIRED = [
  'SET SESSION TRANSACTION READ ONLY',
  "SET SESSION autocommit = 1, lock_wait_timeout = 2, innodb_lock_wait_timeout = 2, time_zone = '+00:00', " +
    "sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
];

/** Each for the servers that know it: MySQL from 5.7.8 on counts milliseconds, MariaDB seconds. */
const WHERE_KNOWN = ['SET SESSION max_execution_time = 60000', 'SET SESSION max_statement_time = 60'];

/** Rejects with what `Dialler.dial` rejects with. Opens two connections, and one more for a check that needs its own. */
export async function openObserver(options: ObserverOptions): Promise<MysqlServer> {
  const { side, host, port, credentials, clock, network } = options;
  const dialler = createDialler({ ...network, sessionSettings: REQUIRED });
  const dial = async (): Promise<DialledConnection> => {
    const dialled = await dialler.dial({ side, host, port }, credentials);
    for (const sql of WHERE_KNOWN) await dialled.connection.query(sql).catch(() => undefined);
    return dialled;
  };
  return openMysql2Server({ side, clock, dial, openIds: () => dialler.openIds(side) });
}
