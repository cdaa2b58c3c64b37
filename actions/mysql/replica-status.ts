/** One replication channel as its replica reports it, whatever words the version uses. */
import type { Row, Value } from '../ports/mysql-server';
import type { BinlogPosition } from './position';

export interface ReplicaStatus {
  readonly sourceHost: string;
  readonly sourcePort: number;
  readonly isReceiving: boolean;
  /** `Yes`, `No`, `Connecting`. */
  readonly receiverState: string;
  readonly isApplying: boolean;
  readonly applierState: string;
  /** Undefined when the server does not know: one of the threads is not running. */
  readonly lagSeconds: number | undefined;
  readonly received: BinlogPosition | undefined;
  readonly applied: BinlogPosition | undefined;
  /** Of either thread, for people. */
  readonly lastError: string | undefined;
  /** The applier stopped: it does not try again by itself, as the receiver does. */
  readonly applierError: string | undefined;
}

/** Undefined when no channel is configured. Column names: SHOW SLAVE STATUS of 5.7, SHOW REPLICA STATUS of 8.0.22 and later. */
export function parseReplicaStatus(rows: readonly Row[]): ReplicaStatus | undefined {
  const row = rows[0];
  if (!row) return undefined;
  const get = (source: string, master: string): string => text(row[source] ?? row[master]);
  const host = get('Source_Host', 'Master_Host');
  if (host === '') return undefined;
  const receiverState = get('Replica_IO_Running', 'Slave_IO_Running');
  const applier = get('Replica_SQL_Running', 'Slave_SQL_Running');
  const lag = row['Seconds_Behind_Source'] ?? row['Seconds_Behind_Master'];
  const errors = [text(row['Last_IO_Error']), text(row['Last_SQL_Error'])].filter((error) => error !== '');
  return {
    sourceHost: host,
    sourcePort: Number(get('Source_Port', 'Master_Port')),
    isReceiving: receiverState === 'Yes',
    receiverState,
    isApplying: applier === 'Yes',
    applierState: get('Replica_SQL_Running_State', 'Slave_SQL_Running_State'),
    lagSeconds: lag === null || lag === undefined ? undefined : Number(lag),
    received: position(get('Source_Log_File', 'Master_Log_File'), get('Read_Source_Log_Pos', 'Read_Master_Log_Pos')),
    applied: position(
      get('Relay_Source_Log_File', 'Relay_Master_Log_File'),
      get('Exec_Source_Log_Pos', 'Exec_Master_Log_Pos'),
    ),
    lastError: errors.length > 0 ? errors.join('; ') : undefined,
    applierError: text(row['Last_SQL_Error']) || undefined,
  };
}

function position(file: string, offset: string): BinlogPosition | undefined {
  return file === '' ? undefined : { file, position: Number(offset) };
}

function text(value: Value | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
