/** The lab's engine host: real MySQL servers behind the lab's AWS endpoint. */
import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { EngineHost, InstanceRequest, InstanceRunning, LabCoordinates } from '../contract';
import { createMasterUser, grantMasterRights, type AuthPlugin } from './aurora-face/master-user';
import { installFace } from './aurora-face/install';
import { findServer, seriesOf } from './binaries';
import { issueServerCertificate } from './certificates';
import { ClusterFolders, type ClusterRecord } from './cluster-folder';
import { errorNumber, literal, valueOf, withServer } from './connect';
import { seedServer } from './seed/seed';
import type { ApplicationAccount } from './seed/programs';
import { crashServer, runningPid, startServer, stopServer } from './server';
import { globalsAfterStart, normalise, serverFiles, type ServerSettings } from './server-options';
import { restoreSnapshot } from './snapshot/restore-snapshot';
import { takeSnapshot } from './snapshot/take-snapshot';
import { copyTemplate } from './template';

export interface EngineHostOptions {
  /** The lab's folder. Keep its path short: unix sockets lie below it. */
  readonly folder: string;
  /** hosts(5) file with the lab's endpoint names, which the servers resolve; made empty when it is not there. */
  readonly hostsFile: string;
  /** Loopback address that the cluster's mysqld binds and replicates from; the same answer at every call. */
  readonly addressFor: (clusterId: string) => string;
  /** DNS names and addresses under which clients reach the cluster: its certificate is valid for them. */
  readonly namesFor: (clusterId: string) => readonly string[];
  /** The account that the seed makes for the application. */
  readonly application: ApplicationAccount;
  /** How the seed's accounts log in. 9.x has no mysql_native_password, 5.7 no caching_sha2_password. */
  readonly authPlugin: AuthPlugin;
  /** Port of every mysqld; 13306 unless said otherwise. */
  readonly port?: number;
}

/** What the supervisor may do beyond the contract. */
export interface LabEngineHost extends EngineHost {
  /** Ends every server of this lab, also those that another process started. */
  stopAll(): Promise<void>;
  /** SIGKILL: as if the instance crashed. `start` brings it back with recovery. */
  crash(clusterId: string): Promise<void>;
  isRunning(clusterId: string): boolean;
  /** Path of the server's unix socket, for diagnosis. */
  socketOf(clusterId: string): string;
  /** Credentials of rdsadmin@localhost, through the socket only. */
  platform(): { readonly user: string; readonly password: string };
}

const DEFAULT_PORT = 13_306;
/** Answers of SET GLOBAL that mean: this server has no such variable, or only a restart changes it. */
const NOT_DYNAMIC_ERRORS = [1193, 1238];

/** Takes over whatever an earlier process with the same folder left running. */
export function createEngineHost(options: EngineHostOptions): LabEngineHost {
  const folders = new ClusterFolders(options.folder);
  if (!existsSync(options.hostsFile)) writeFileSync(options.hostsFile, '');
  const oneByOne = createQueue();
  const socketOf = (clusterId: string): string => serverFiles(folders.folderOf(clusterId)).socket;

  return {
    startWriter: (request) => oneByOne(request.clusterId, () => create(options, folders, request)),
    reboot: (clusterId, parameters) =>
      oneByOne(clusterId, async () => {
        await stopServer(folders.folderOf(clusterId));
        await run(folders, clusterId, parameters);
      }),
    applyDynamic: (clusterId, parameters) => oneByOne(clusterId, () => applyDynamic(folders, clusterId, parameters)),
    takeSnapshot: (clusterId, snapshotId) => oneByOne(clusterId, () => snapshot(folders, clusterId, snapshotId)),
    deleteSnapshot: async (snapshotId) => rmSync(folders.snapshotFolder(snapshotId), { recursive: true, force: true }),
    stop: (clusterId) => oneByOne(clusterId, () => stopServer(folders.folderOf(clusterId))),
    start: (clusterId, parameters) => oneByOne(clusterId, () => run(folders, clusterId, parameters)),
    destroy: (clusterId) =>
      oneByOne(clusterId, async () => {
        await crashServer(folders.folderOf(clusterId));
        folders.remove(clusterId);
      }),
    setMasterPassword: (clusterId, username, password) =>
      oneByOne(clusterId, () => setPassword(folders, socketOf(clusterId), username, password)),
    stopAll: async () => {
      await Promise.all(folders.allFolders().map((folder) => stopServer(folder)));
    },
    crash: (clusterId) => crashServer(folders.folderOf(clusterId)),
    isRunning: (clusterId) => runningPid(folders.folderOf(clusterId)) !== undefined,
    socketOf,
    platform: () => folders.platform(),
  };
}

/** A new server is only remembered when it is complete; what a failed creation left is taken away. */
async function create(
  options: EngineHostOptions,
  folders: ClusterFolders,
  request: InstanceRequest,
): Promise<InstanceRunning> {
  const { clusterId, origin } = request;
  if (folders.has(clusterId)) throw new Error(`Cluster ${clusterId} has a server already.`);
  const folder = folders.folderOf(clusterId);
  await crashServer(folder);
  folders.remove(clusterId);
  // The clone's copy is taken first: it needs nothing of the new server.
  const source = origin.kind === 'clone' ? await cloneSource(folders, clusterId, origin.sourceClusterId) : undefined;
  try {
    const record = describe(options, folders, request);
    const binary = await findServer(record.server.series);
    const { series } = record.server;
    await copyTemplate(binary, serverFiles(folder).data, record.server.parameters.lower_case_table_names ?? '0');
    await startServer(binary, record.server);
    await installFace(serverFiles(folder).socket, series, folders.platform());
    const recoveredCoordinates = await fill(options, folders, request, source);
    await afterStart(folders, record);
    folders.save(record);
    const backend = { host: record.server.address, port: record.server.port };
    return { backend, ...(recoveredCoordinates === undefined ? {} : { recoveredCoordinates }) };
  } catch (error) {
    await crashServer(folder);
    folders.remove(clusterId);
    throw error;
  } finally {
    if (source !== undefined) rmSync(source, { recursive: true, force: true });
  }
}

function describe(options: EngineHostOptions, folders: ClusterFolders, request: InstanceRequest): ClusterRecord {
  const { clusterId, engineVersion, masterUsername, parameters } = request;
  const address = options.addressFor(clusterId);
  const names = [...new Set([...options.namesFor(clusterId), address])];
  return {
    clusterId,
    engineVersion,
    masterUsername,
    server: {
      folder: folders.folderOf(clusterId),
      series: seriesOf(engineVersion),
      address,
      port: options.port ?? DEFAULT_PORT,
      serverId: serverIdOf(clusterId),
      parameters,
      certificate: issueServerCertificate(folders.tls, encodeURIComponent(clusterId), names),
      dumpFolder: folders.snapshots,
      hostsFile: options.hostsFile,
    },
  };
}

async function cloneSource(folders: ClusterFolders, clusterId: string, sourceClusterId: string): Promise<string> {
  const folder = folders.snapshotFolder(`clone of ${sourceClusterId} for ${clusterId}`);
  rmSync(folder, { recursive: true, force: true });
  await copyCluster(folders, sourceClusterId, folder);
  return folder;
}

async function fill(
  options: EngineHostOptions,
  folders: ClusterFolders,
  request: InstanceRequest,
  clone: string | undefined,
): Promise<LabCoordinates | undefined> {
  const target = {
    socketPath: serverFiles(folders.folderOf(request.clusterId)).socket,
    platform: folders.platform(),
    series: seriesOf(request.engineVersion),
  };
  const { origin } = request;
  if (origin.kind === 'seed' || origin.kind === 'empty') {
    if (origin.kind === 'seed') await seedServer(target.socketPath, target.platform, options);
    await withServer(target.socketPath, target.platform, async (connection) => {
      const account = { user: request.masterUsername, password: origin.masterPassword, plugin: options.authPlugin };
      await createMasterUser(connection, account);
      await grantMasterRights(connection, target.series, request.masterUsername);
    });
    return undefined;
  }
  const folder = origin.kind === 'snapshot' ? folders.snapshotFolder(origin.snapshotId) : clone;
  if (folder === undefined) throw new Error(`There is no copy of the source for cluster ${request.clusterId}.`);
  return (await restoreSnapshot(target, folder)).coordinates;
}

async function snapshot(folders: ClusterFolders, clusterId: string, snapshotId: string): Promise<void> {
  const folder = folders.snapshotFolder(snapshotId);
  if (existsSync(folder)) throw new Error(`There is a snapshot ${snapshotId} already.`);
  await copyCluster(folders, clusterId, folder);
}

async function copyCluster(folders: ClusterFolders, clusterId: string, folder: string): Promise<void> {
  const { engineVersion, masterUsername, server } = folders.read(clusterId);
  const socketPath = serverFiles(server.folder).socket;
  const source = { socketPath, platform: folders.platform(), series: server.series, engineVersion, masterUsername };
  await takeSnapshot(source, folder);
}

async function run(
  folders: ClusterFolders,
  clusterId: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const record = folders.read(clusterId);
  const changed = { ...record, server: { ...record.server, parameters } };
  folders.save(changed);
  await startServer(await findServer(record.server.series), changed.server);
  await afterStart(folders, changed);
}

/** Some parameters exist as variables only. */
async function afterStart(folders: ClusterFolders, { server }: ClusterRecord): Promise<void> {
  await setGlobals(folders, server, globalsAfterStart(server.parameters));
}

async function applyDynamic(
  folders: ClusterFolders,
  clusterId: string,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const record = folders.read(clusterId);
  await setGlobals(folders, record.server, normalise(parameters));
  folders.save({ ...record, server: { ...record.server, parameters: { ...record.server.parameters, ...parameters } } });
}

async function setGlobals(
  folders: ClusterFolders,
  server: ServerSettings,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  if (values.size === 0) return;
  await withServer(serverFiles(server.folder).socket, folders.platform(), async (connection) => {
    for (const [name, value] of values) {
      // Between OFF and a format lies a restart: the variable has no such value.
      if (name === 'binlog_format' && value.toUpperCase() === 'OFF') continue;
      if (!/^\w+$/.test(name)) throw new Error(`${name} is no parameter name.`);
      const written = /^-?\d+(\.\d+)?$/.test(value) ? value : literal(value);
      await connection.query(`SET GLOBAL ${name} = ${written}`).catch((error: unknown) => {
        if (!NOT_DYNAMIC_ERRORS.includes(errorNumber(error) ?? 0)) throw error;
      });
    }
  });
}

/** The account keeps its authentication plugin, whatever the server's default is. */
async function setPassword(folders: ClusterFolders, socketPath: string, user: string, password: string): Promise<void> {
  await withServer(socketPath, folders.platform(), async (connection) => {
    const plugin = await valueOf(connection, `SELECT plugin FROM mysql.user WHERE User = ? AND Host = '%'`, [user]);
    if (plugin === undefined) throw new Error(`There is no master user ${user} on this server.`);
    await connection.query(`ALTER USER ${literal(user)}@'%' IDENTIFIED WITH ${plugin} BY ${literal(password)}`);
  });
}

/** Unique among the clusters of a lab for all practical purposes, and the same after every restart. */
function serverIdOf(clusterId: string): number {
  return 1 + (createHash('sha256').update(clusterId).digest().readUInt32BE(0) % 4_000_000_000);
}

/** Work on one cluster happens in the order it was asked for. */
function createQueue(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work, work);
    tails.set(key, result);
    return result;
  };
}
