/** One mysqld by itself, without the lab around it: for benchmarks, for trying statements on, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, type Series } from './binaries';
import { issueServerCertificate } from './certificates';
import { startServer, stopServer } from './server';
import { serverFiles, type ServerSettings } from './server-options';
import { copyTemplate } from './template';

export interface ThrowAwayServer {
  /** As `mysqld --version` answers, e.g. `9.7.4`. */
  readonly version: string;
  /** On loopback; its certificate, signed by `caFile`, names `localhost`. */
  readonly port: number;
  readonly caFile: string;
  readonly socket: string;
  /** `root@localhost` has no password and may come through the socket only. */
  readonly folder: string;
  destroy(): Promise<void>;
}

/**
 * Starts an empty server in a folder of its own below the system's temporary one. Rejects, with nothing left behind, when
 * there is no mysqld of the series or when it does not start.
 */
export async function startThrowAway(
  series: Series,
  parameters: Readonly<Record<string, string>> = {},
): Promise<ThrowAwayServer> {
  const binary = await findServer(series);
  const folder = mkdtempSync(join(tmpdir(), 'throw-away-'));
  const files = serverFiles(folder);
  const destroy = async (): Promise<void> => {
    await stopServer(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const certificate = issueServerCertificate(folder, 'throw-away', ['localhost', '127.0.0.1']);
    const settings: ServerSettings = {
      folder,
      series,
      address: '127.0.0.1',
      port: await freePort(),
      serverId: 1,
      parameters,
      certificate,
      dumpFolder: folder,
      hostsFile: join(folder, 'hosts'),
    };
    writeFileSync(settings.hostsFile, '');
    await copyTemplate(binary, files.data, '0');
    await startServer(binary, settings);
    return {
      version: binary.version,
      port: settings.port,
      caFile: certificate.ca,
      socket: files.socket,
      folder,
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port on this machine');
  return address.port;
}
