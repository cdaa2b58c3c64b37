/** The rules of `obstacles`, one a cause. Pure. */
import type { Obstacle, WayBackFacts } from './reverse-compatibility';
import { isServerAtLeast } from './version';

/**
 * `init_connect` for a source whose replica is older than 8.0. Only a session that negotiated a collation of UCA 9.0.0 is moved
 * off it; everybody else keeps the character set they asked for: a client of latin1 that is forced to utf8mb4 fails with 1366.
 * The session default makes `SET NAMES utf8mb4` harmless; every account may set it. Accounts with CONNECTION_ADMIN or SUPER,
 * and COM_CHANGE_USER, pass init_connect by.
 */
export const SAFE_CONNECTION =
  "SET default_collation_for_utf8mb4 = utf8mb4_general_ci, @names = IF(@@collation_connection LIKE 'utf8mb4%0900%', " +
  "'SET NAMES utf8mb4 COLLATE utf8mb4_general_ci', 'DO 0'); PREPARE names FROM @names; EXECUTE names; DEALLOCATE PREPARE names";

type Rule = (facts: WayBackFacts) => readonly Obstacle[];

export const RULES: readonly Rule[] = [
  binlogFormat,
  compression,
  partialJson,
  rowEventsOfVersionOne,
  checksum,
  gtids,
  serverCollation,
  handshake,
  setNames,
  storedPrograms,
  vectors,
  account,
  storedCollations,
  rowImage,
  invisibleKeys,
  tableNames,
];

/** The replica is older than 8.0 and its source is not. */
export function crossesDown({ source, replica }: Pick<WayBackFacts, 'source' | 'replica'>): boolean {
  return isServerAtLeast(source, 8, 0, 1) && !isServerAtLeast(replica, 8, 0, 1);
}

export function isKnownTo(replica: string, collation: string): boolean {
  return isServerAtLeast(replica, 8, 0, 1) || !collation.includes('0900');
}

function stops(what: string, why: string, cure: string): readonly Obstacle[] {
  return [{ what, effect: 'stops', why, cure }];
}

function differs(what: string, why: string, cure: string): readonly Obstacle[] {
  return [{ what, effect: 'differs', why, cure }];
}

/** A cluster parameter of the new side, as the operator sets it. */
function parameter(assignment: string): string {
  return `set the cluster parameter ${assignment} on the side that will serve`;
}

function binlogFormat({ sourceVariables }: WayBackFacts): readonly Obstacle[] {
  const format = sourceVariables.get('binlog_format') ?? 'ROW';
  if (format === 'ROW') return [];
  return stops(
    `binlog_format=${format}`,
    'statements are sent as text, and the old side neither parses every one nor computes the same for each',
    parameter('binlog_format=ROW'),
  );
}

/** Known from 8.0.20 on; 5.7.29 stops with 1594. */
function compression({ sourceVariables, replica }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('binlog_transaction_compression') ?? 'OFF';
  if (value === 'OFF' || isServerAtLeast(replica, 8, 0, 20)) return [];
  return stops(
    `binlog_transaction_compression=${value}`,
    'the old side cannot read compressed transactions (1594)',
    parameter('binlog_transaction_compression=0'),
  );
}

/** Known from 8.0.3 on; 5.7.29 stops with 1594. */
function partialJson({ sourceVariables, replica }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('binlog_row_value_options') ?? '';
  if (value === '' || isServerAtLeast(replica, 8, 0, 3)) return [];
  return stops(
    `binlog_row_value_options=${value}`,
    'the old side cannot read partial updates of JSON (1594)',
    `${parameter("binlog_row_value_options=''")}, and end the sessions that are open: they keep the old value`,
  );
}

/** 9.7.4 stops with 13121. */
function rowEventsOfVersionOne({ sourceVariables, replica }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('log_bin_use_v1_row_events') ?? 'OFF';
  if (value === 'OFF' || !isServerAtLeast(replica, 8, 0, 1)) return [];
  return stops(
    `log_bin_use_v1_row_events=${value}`,
    'a newer replica cannot parse such events (13121)',
    parameter('log_bin_use_v1_row_events=0'),
  );
}

function checksum({ sourceVariables }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('binlog_checksum') ?? 'CRC32';
  if (value === 'CRC32' || value === 'NONE') return [];
  return stops(
    `binlog_checksum=${value}`,
    'no other checksum than CRC32 is known to every version',
    parameter('binlog_checksum=CRC32'),
  );
}

/** MySQL manual, Replication Mode and GTIDs: which modes of source and replica go together without auto-positioning. */
function gtids({ sourceVariables, replicaVariables }: WayBackFacts): readonly Obstacle[] {
  const source = sourceVariables.get('gtid_mode') ?? 'OFF';
  const replica = replicaVariables.get('gtid_mode') ?? 'OFF';
  const writesGtids = source === 'ON' || source === 'ON_PERMISSIVE';
  const fits = replica === 'OFF' ? !writesGtids : replica === 'ON' ? source === 'ON' : true;
  if (fits) return [];
  return stops(
    `gtid_mode=${source} against gtid_mode=${replica} on the old side`,
    'the old side refuses such transactions',
    'give both sides the same gtid_mode, one step at a time (OFF, OFF_PERMISSIVE, ON_PERMISSIVE, ON)',
  );
}

function serverCollation({ sourceVariables, replica, replicaVariables }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('collation_server') ?? '';
  if (isKnownTo(replica, value)) return [];
  return stops(
    `collation_server=${value}`,
    'every transaction names it, and the old side does not know it (errno 22, collation id 255 or above)',
    parameter(`collation_server=${replicaVariables.get('collation_server') ?? 'utf8mb4_general_ci'}`),
  );
}

/** Clients of 8.0 and later connect with utf8mb4_0900_ai_ci unless told otherwise. */
function handshake({ source, replica, sourceVariables }: WayBackFacts): readonly Obstacle[] {
  if (!crossesDown({ source, replica })) return [];
  const value = sourceVariables.get('init_connect') ?? '';
  const collations = [...value.matchAll(/\bCOLLATE\s+'?(\w+)/gi)].map((match) => match[1] ?? '');
  if (collations.some((collation) => isKnownTo(replica, collation))) return [];
  return stops(
    `init_connect='${value}'`,
    'a client that connects with utf8mb4_0900_ai_ci, as those of 8.0 do, stops the channel at its first write (errno 22)',
    parameter(`init_connect=${SAFE_CONNECTION}`),
  );
}

function setNames({ replica, sessionDefaultForUtf8mb4: value }: WayBackFacts): readonly Obstacle[] {
  if (value === undefined || isKnownTo(replica, value)) return [];
  return stops(
    `default_collation_for_utf8mb4=${value} in the sessions of ordinary accounts`,
    'a client that sends SET NAMES utf8mb4 stops the channel at its next write (errno 22)',
    parameter(`init_connect=${SAFE_CONNECTION}`),
  );
}

/** A routine runs with the collation under which it was created; its transactions name it. Triggers do not: tried. */
function storedPrograms({ replica, collations }: WayBackFacts): readonly Obstacle[] {
  if (isServerAtLeast(replica, 8, 0, 1)) return [];
  return collations
    .filter(({ kind }) => kind === 'routine' || kind === 'event')
    .flatMap(({ kind, count, example }) =>
      stops(
        `${count} ${kind}${count === 1 ? '' : 's'} created under a collation of 8.0 (${example})`,
        'what it writes names that collation, which the old side does not know (errno 22)',
        `create it again in a session with SET NAMES utf8mb4 COLLATE utf8mb4_general_ci`,
      ),
    );
}

function vectors({ replica, collations }: WayBackFacts): readonly Obstacle[] {
  if (isServerAtLeast(replica, 9, 0, 0)) return [];
  return collations
    .filter(({ kind }) => kind === 'vector column')
    .flatMap(({ count, example }) =>
      stops(
        `${count} VECTOR column${count === 1 ? '' : 's'} (${example})`,
        'the old side does not know the type',
        'drop the column until going back is given up',
      ),
    );
}

/** 5.7 cannot ask for the public key, so caching_sha2_password needs TLS (2061, tried). */
function account({ account: found, replica, usesTls }: WayBackFacts): readonly Obstacle[] {
  if (!found)
    return stops(
      'the replication account is missing on the side that will serve',
      'the old side could not log in',
      'run `npm run apply`',
    );
  if (found.requiresTls && !usesTls)
    return stops(
      'the replication account requires TLS',
      'the old side cannot encrypt its channel, so it could not log in (1045)',
      "set replication.tls to 'auto' or 'off' in upgrade.yaml and run `npm run apply`",
    );
  const isUnknown = found.plugin === 'caching_sha2_password' && !isServerAtLeast(replica, 8, 0, 4);
  if (!isUnknown || usesTls) return [];
  return stops(
    'the replication account uses caching_sha2_password',
    'the old side can log in with it over TLS only, and its channel is not encrypted (2061)',
    'make it IDENTIFIED WITH sha256_password: `npm run apply` does',
  );
}

function storedCollations({ replica, collations }: WayBackFacts): readonly Obstacle[] {
  if (isServerAtLeast(replica, 8, 0, 1)) return [];
  return collations
    .filter(({ kind }) => kind === 'database' || kind === 'table' || kind === 'column')
    .flatMap(({ kind, count, example }) =>
      differs(
        `${count} ${kind}${count === 1 ? '' : 's'} with a collation of 8.0 (${example})`,
        'rows arrive, but the old side compares and sorts their text otherwise, unique keys included; DDL that names the collation stops the channel (1273)',
        'convert to a collation that both sides know',
      ),
    );
}

function rowImage({ sourceVariables }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('binlog_row_image') ?? 'FULL';
  if (value === 'FULL') return [];
  return differs(
    `binlog_row_image=${value}`,
    'the old side cannot notice that a row is not what the new side had',
    parameter('binlog_row_image=FULL'),
  );
}

function invisibleKeys({ sourceVariables, replica }: WayBackFacts): readonly Obstacle[] {
  const value = sourceVariables.get('sql_generate_invisible_primary_key') ?? 'OFF';
  if (value === 'OFF' || isServerAtLeast(replica, 8, 0, 30)) return [];
  return differs(
    `sql_generate_invisible_primary_key=${value}`,
    'the key of a new table, my_row_id, is a visible column on the old side',
    parameter('sql_generate_invisible_primary_key=0'),
  );
}

function tableNames({ sourceVariables, replicaVariables }: WayBackFacts): readonly Obstacle[] {
  const [ours, theirs] = [sourceVariables, replicaVariables].map((all) => all.get('lower_case_table_names'));
  if (ours === undefined || theirs === undefined || ours === theirs) return [];
  return differs(
    `lower_case_table_names=${ours} against ${theirs} on the old side`,
    'a table whose name has capitals may not be found there',
    'write table names in lower case',
  );
}
