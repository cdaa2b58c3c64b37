/** A lab whose green follows blue, with what the faults and the checks need of it past the tool. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { servingSide, type Direction, type UpgradeState } from '../../actions/state/format';
import type { Side } from '../../actions/ports/mysql-server';
import type { Fault as AwsFault } from '../aws/faults';
import type { LabDescription, LabPair } from '../contract';
import { ClusterFolders } from '../mysql/cluster-folder';
import { connectToServer } from '../mysql/connect';
import { serverFiles } from '../mysql/server-options';
import { runCdktf } from '../rehearsal/tool';
import { askLab, type ControlRequest } from '../supervisor/control';
import { labEnvironment } from '../supervisor/env-file';
import { startLab } from '../supervisor/start-lab';
import { stopLab } from '../supervisor/stop-lab';
import { WriterLoad } from '../writers/writer-load';
import { startTool, type ToolProcess, type ToolRun } from './tool-process';
import { killWatchdogs } from './watchdogs';

export const BUDGET_MS = 12_000;
const UNDO_RESERVE_MS = 6_000;
const WRITERS = 4;

type Environment = Readonly<Record<string, string | undefined>>;

export class FaultLab {
  readonly environment: Environment;
  readonly stateFile: string;
  /** upgrade.yaml with a budget that lets a round end soon. */
  readonly configFile: string;

  private readonly folders: ClusterFolders;
  /** Tools that run. */
  private readonly tools = new Set<ToolProcess>();
  private isClosed = false;

  private constructor(readonly description: LabDescription) {
    this.folders = new ClusterFolders(description.dir);
    this.configFile = join(description.dir, 'faults.yaml');
    this.environment = {
      ...labEnvironment(description),
      AURORA_CUTOVER_CONFIG: this.configFile,
      // Copies that the tool makes in an emergency go with the lab.
      TMPDIR: description.dir,
    };
    this.stateFile = join(description.dir, '.aurora-cutover', 'orders.state.json');
  }

  /** Starts a lab, prepares blue, deploys green and waits until it follows: half a minute. */
  static async open(pair: LabPair, progress: (line: string) => void): Promise<FaultLab> {
    const description = await startLab({ pair, dir: mkdtempSync(join(tmpdir(), 'faults-')) }, (text) =>
      progress(`  ${text}`),
    );
    const lab = new FaultLab(description);
    try {
      lab.writeConfig(lab.configFile, []);
      await lab.succeed(['apply', '--auto-approve', '--allow-reboot']);
      progress('  blue is prepared; deploying green');
      await lab.deploy();
      await lab.succeed(['apply', '--auto-approve']);
      progress('  green follows blue');
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** An upgrade.yaml of the same upgrade with more lines below `cutover:`; answers the words that choose it. */
  withSettings(lines: readonly string[]): readonly string[] {
    if (lines.length === 0) return [];
    const file = join(this.description.dir, 'special.yaml');
    this.writeConfig(file, lines);
    return ['--config', file];
  }

  /** Also when a round was left in its middle. */
  async close(): Promise<void> {
    this.isClosed = true;
    killWatchdogs(this);
    for (const tool of this.tools) tool.kill('SIGKILL');
    await Promise.allSettled([...this.tools].map(({ done }) => done));
    killWatchdogs(this);
    await stopLab(this.description.dir);
    rmSync(this.description.dir, { recursive: true, force: true });
  }

  start(words: readonly string[], more: Environment = {}): ToolProcess {
    if (this.isClosed) throw new Error('The lab is being taken down.');
    const tool = startTool(words, { environment: { ...this.environment, ...more }, cwd: this.description.dir });
    this.tools.add(tool);
    void tool.done.finally(() => this.tools.delete(tool)).catch(() => undefined);
    return tool;
  }

  run(words: readonly string[]): Promise<ToolRun> {
    return this.start(words).done;
  }

  async succeed(words: readonly string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.run(words);
    if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
  }

  readState(): UpgradeState {
    return JSON.parse(readFileSync(this.stateFile, 'utf8')) as UpgradeState;
  }

  get isLocked(): boolean {
    return existsSync(`${this.stateFile}.lock`);
  }

  /** The only switch that the phase allows. */
  possibleDirection(): Direction {
    return servingSide(this.readState().phase) === 'blue' ? 'cutover' : 'rollback';
  }

  uuidOf(side: Side): string {
    return this.readState().facts[side]?.serverUuid ?? '';
  }

  clusterOf(side: Side): string {
    return this.description[side].clusterId;
  }

  endpointOf(side: Side): string {
    return this.readState().facts[side]?.endpoint ?? '';
  }

  /** A session of the platform through the server's socket: no relay is in its way, no fence binds it, nothing is logged. */
  platform(side: Side): Promise<Connection> {
    const { socket } = serverFiles(this.folders.folderOf(this.clusterOf(side)));
    return connectToServer(socket, this.folders.platform());
  }

  /** A session of the application, or of the master user, on the endpoint of a side from where the application connects. */
  async session(side: Side, account: 'application' | 'master'): Promise<Connection> {
    const { dns, users, port, caFile, applicationAddress } = this.description;
    const resolver = new Resolver();
    resolver.setServers([`${dns.host}:${String(dns.port)}`]);
    const [host = ''] = await resolver.resolve4(this.endpointOf(side));
    const connection = await createConnection({
      ...users[account],
      ssl: { ca: readFileSync(caFile, 'utf8') },
      stream: () => connectSocket({ host, port, localAddress: applicationAddress, noDelay: true }),
    });
    connection.on('error', () => undefined);
    return connection;
  }

  async order(request: ControlRequest): Promise<void> {
    await askLab(this.description.controlSocket, request);
  }

  async aws(fault: Omit<AwsFault, 'times'> & Partial<AwsFault>): Promise<void> {
    const url = `${this.description.awsEndpoint}/_lab/faults`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(fault) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async healAws(): Promise<void> {
    await fetch(`${this.description.awsEndpoint}/_lab/faults`, { method: 'DELETE' });
  }

  async startWriters(): Promise<WriterLoad> {
    const { applicationHost, port, dns, caFile, users, applicationAddress } = this.description;
    const load = new WriterLoad();
    await load.start({
      writers: WRITERS,
      host: applicationHost,
      port,
      dns,
      ca: readFileSync(caFile, 'utf8'),
      ...users.application,
      localAddress: applicationAddress,
    });
    return load;
  }

  private writeConfig(file: string, lines: readonly string[]): void {
    const text = readFileSync(this.description.upgradeFile, 'utf8');
    const settings = [`budget: ${BUDGET_MS / 1_000}s`, `undoReserve: ${UNDO_RESERVE_MS / 1_000}s`, ...lines];
    writeFileSync(file, `${text}cutover:\n${settings.map((line) => `  ${line}\n`).join('')}`);
  }

  private async deploy(): Promise<void> {
    const ended = await runCdktf(['deploy', '--auto-approve', '--skip-provider-lock'], {
      environment: this.environment,
    });
    if (ended.exitCode !== 0) throw new Error(`cdktf deploy ended with ${ended.exitCode}: ${ended.stderr}`);
  }
}
