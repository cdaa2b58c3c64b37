/** MHA's online switch, the old master becoming a slave of the new one. It needs no ssh: all its scripts are local. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { binlogPosition } from '../../actions/mysql/queries';
import type { Side } from '../../actions/ports/mysql-server';
import { REPLICATION_USER, type BenchLab } from './bench-lab';
import type { Contestant } from './contestant';
import type { FoundProgram } from '../debian-programs';

const run = promisify(execFile);
const SCRIPT = resolve(__dirname, 'online-change.pl');

export function mha(bench: BenchLab, { file: masterSwitch, environment }: FoundProgram): Contestant {
  const folder = join(bench.lab.description.dir, 'mha');
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'online-change.sh');
  writeFileSync(script, `#!/bin/sh\nexec perl ${SCRIPT} "$@"\n`);
  chmodSync(script, 0o755);
  const configFile = join(folder, 'mha.cnf');
  return {
    name: 'mha',
    /** MHA finds a source by its address, and the lab's names are not this machine's. */
    async prepare() {
      writeFileSync(configFile, configuration(bench, folder, script), { mode: 0o600 });
      await followFrom(bench, bench.servers.blue.address);
    },
    async switch(to) {
      const words = [
        masterSwitch,
        '--master_state=alive',
        `--conf=${configFile}`,
        `--new_master_host=${bench.servers[to].address}`,
        '--new_master_port=3306',
        '--orig_master_is_new_slave',
        '--interactive=0',
      ];
      const more = { BENCH_TARGET_FILE: bench.endpoint.targetFile, BENCH_TO: to };
      await run('perl', [`-I${__dirname}`, '-MServerVersion', ...words], {
        env: { ...process.env, ...environment, ...more },
      });
      return undefined;
    },
    restore: () => followFrom(bench, bench.lab.endpointOf('blue')),
  };
}

/** Green has applied all of blue and nothing writes. */
async function followFrom(bench: BenchLab, host: string): Promise<void> {
  const position = await bench.read('blue', binlogPosition(bench.servers.blue.version));
  if (!position) throw new Error('blue writes no binary log');
  await bench.unfollow('blue');
  await bench.follow('green', position, host);
}

function configuration(bench: BenchLab, folder: string, script: string): string {
  const { user, password } = bench.lab.description.users.master;
  const server = (side: Side, name: string): string =>
    `[${name}]\nhostname=${bench.servers[side].address}\nport=3306\n`;
  return `[server default]
user=${user}
password=${password}
repl_user=${REPLICATION_USER}
repl_password=${bench.replicationPassword()}
manager_workdir=${folder}
master_ip_online_change_script=${script}
${server('blue', 'server1')}${server('green', 'server2')}`;
}
