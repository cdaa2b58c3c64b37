/**
 * What the contestants re-point: a name that every client resolves anew at each connection (TTL 0), answered by a DNS server
 * of the bench from the last line of a file. Whoever appends a line has switched, so it costs everybody the same: one short
 * program that appends a word.
 */
import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Side } from '../../actions/ports/mysql-server';
import { monotonicMs } from '../../lab/writers/monotonic';
import { DnsServer } from '../../lab/network/dns';

export const ENDPOINT_CHOICE =
  'a name with TTL 0, which every client resolves at each connection; each contestant starts one program that appends a word to a file';

const run = promisify(execFile);

const SWITCH = `echo "\${1:-$AURORA_CUTOVER_TO}" >> "\${0%/*}/target"\n`;
/** Exit codes as the tool's hooks are to answer them: 0 there, 1 not yet. */
const STATE = `while read -r side; do last=$side; done < "\${0%/*}/target"\necho "$last"\n[ "$last" = "$AURORA_CUTOVER_TO" ]\n`;

export class BenchEndpoint {
  readonly host = 'orders.bench.internal';
  readonly switchScript: string;
  private readonly stateScript: string;
  readonly targetFile: string;

  private constructor(
    private readonly address: string,
    folder: string,
  ) {
    this.switchScript = join(folder, 'switch.sh');
    this.stateScript = join(folder, 'state.sh');
    this.targetFile = join(folder, 'target');
  }

  private server: DnsServer | undefined;

  /** `address`: of this machine, for the DNS server. Blue is the first target. */
  static async open(
    folder: string,
    address: string,
    addresses: Readonly<Record<Side, string>>,
  ): Promise<BenchEndpoint> {
    const endpoint = new BenchEndpoint(address, folder);
    writeFileSync(endpoint.targetFile, 'blue\n');
    writeFileSync(endpoint.switchScript, SWITCH);
    writeFileSync(endpoint.stateScript, STATE);
    const lookup = (name: string, type: 'A' | 'CNAME'): readonly { value: string; ttlSeconds: number }[] =>
      name === endpoint.host && type === 'A' ? [{ value: addresses[endpoint.target()], ttlSeconds: 0 }] : [];
    endpoint.server = await DnsServer.open({ lookup }, address);
    return endpoint;
  }

  get dns(): { readonly host: string; readonly port: number } {
    return { host: this.address, port: this.server?.port ?? 0 };
  }

  target(): Side {
    return readFileSync(this.targetFile, 'utf8').trimEnd().endsWith('green') ? 'green' : 'blue';
  }

  /** When it was last switched, on the machine's monotonic clock. */
  movedMs(): number {
    const offset = performance.timeOrigin + performance.now() - monotonicMs();
    return statSync(this.targetFile).mtimeMs - offset;
  }

  async switch(to: Side): Promise<void> {
    await run('sh', [this.switchScript, to]);
  }

  /** For `endpoints` of upgrade.yaml. */
  settings(): string {
    return [
      'endpoints:',
      '  - kind: hook',
      '    name: bench',
      `    switch: [sh, ${JSON.stringify(this.switchScript)}]`,
      `    state: [sh, ${JSON.stringify(this.stateScript)}]`,
      '    ttl: 1s',
      '',
    ].join('\n');
  }

  async close(): Promise<void> {
    await this.server?.close();
  }
}
