/** What one mysqld process and its server say of themselves at one instant: nothing here is invented. */
import { readFileSync } from 'node:fs';
import type { Series } from './binaries';
import { rowsOf, withServer, type PlatformCredentials } from './connect';

/** Counters grow until the process ends; everything else is of now. */
export interface ServerFigures {
  /** Of the process, from `/proc/PID/stat`; ticks of 10 ms. */
  readonly cpuTicks: number;
  /** From `/proc/PID/io`: what reached the storage, read and written. */
  readonly storageBytes: number;
  /** Of the process, from `/proc/PID/status`. */
  readonly swapBytes: number;
  /** Of the machine: an instance of AWS has one to itself. */
  readonly freeableBytes: number;
  /** Received and sent, since the server started. */
  readonly networkBytes: number;
  readonly connections: number;
  readonly historyListLength: number;
  /** Undefined without a channel; -1 where the server does not know, as Aurora writes it. */
  readonly lagSeconds: number | undefined;
}

/** Rejects when the process is gone or the server does not answer. */
export async function readFigures(
  pid: number,
  server: { readonly socketPath: string; readonly platform: PlatformCredentials; readonly series: Series },
): Promise<ServerFigures> {
  const answers = await withServer(server.socketPath, server.platform, async (connection) => {
    const status = await rowsOf(
      connection,
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Bytes_received', 'Bytes_sent', 'Threads_connected')",
    );
    const [history] = await rowsOf(
      connection,
      "SELECT `COUNT` AS length FROM information_schema.innodb_metrics WHERE name = 'trx_rseg_history_len'",
    );
    const word = server.series === '5.7' ? 'SLAVE' : 'REPLICA';
    const [channel] = await rowsOf(connection, `SHOW ${word} STATUS`);
    const of = (name: string): number =>
      Number(status.find(({ Variable_name: found }) => found === name)?.['Value'] ?? 0);
    return {
      networkBytes: of('Bytes_received') + of('Bytes_sent'),
      // Without the one that asks.
      connections: of('Threads_connected') - 1,
      historyListLength: Number(history?.['length'] ?? 0),
      lagSeconds: channel && Number(channel['Seconds_Behind_Source'] ?? channel['Seconds_Behind_Master'] ?? -1),
    };
  });
  return { ...answers, ...processFigures(pid) };
}

function processFigures(pid: number): Pick<ServerFigures, 'cpuTicks' | 'storageBytes' | 'swapBytes' | 'freeableBytes'> {
  // The name of the program, in brackets, may hold spaces: what follows it is counted from the third field (proc(5)).
  const [, , , , , , , , , , , user = '0', system = '0'] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  const io = read(`/proc/${pid}/io`);
  return {
    cpuTicks: Number(user) + Number(system),
    storageBytes: field(io, 'read_bytes') + field(io, 'write_bytes'),
    swapBytes: field(read(`/proc/${pid}/status`), 'VmSwap') * 1_024,
    freeableBytes: field(read('/proc/meminfo'), 'MemAvailable') * 1_024,
  };
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** `name: 123` or `name:   123 kB`; 0 when the kernel does not tell it. */
function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
