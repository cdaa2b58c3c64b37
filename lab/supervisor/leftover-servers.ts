import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crashServer, runningPid } from '../mysql/server';

/**
 * Kills every mysqld whose pid file lies below the folder, and answers how many there were. For data that nobody needs
 * any more: the servers are not shut down in order.
 */
export async function endServers(folder: string): Promise<number> {
  const running = pidFiles(folder)
    .map((file) => dirname(file))
    .filter((server) => runningPid(server) !== undefined);
  await Promise.all(running.map((server) => crashServer(server)));
  return running.length;
}

function pidFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('mysqld.pid'))
      .map((path) => join(folder, path));
  } catch {
    return [];
  }
}
