/** Where the lab keeps its servers on disk, and what it remembers of each, so that any process can take over. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformCredentials } from './connect';
import type { ServerSettings } from './server-options';

/** One cluster: its server's settings and who it belongs to. */
export interface ClusterRecord {
  readonly clusterId: string;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly server: ServerSettings;
}

export class ClusterFolders {
  readonly tls: string;
  readonly snapshots: string;
  private readonly clusters: string;

  constructor(labFolder: string) {
    const root = join(labFolder, 'mysql');
    this.tls = join(labFolder, 'tls');
    this.snapshots = join(root, 'snapshots');
    this.clusters = join(root, 'clusters');
    for (const folder of [this.tls, this.snapshots, this.clusters]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  folderOf(clusterId: string): string {
    return join(this.clusters, encodeURIComponent(clusterId));
  }

  /** Identifiers such as `rds:blue-2026` become one folder name. */
  snapshotFolder(snapshotId: string): string {
    return join(this.snapshots, encodeURIComponent(snapshotId));
  }

  save(record: ClusterRecord): void {
    const file = this.recordFile(record.clusterId);
    mkdirSync(this.folderOf(record.clusterId), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
    renameSync(`${file}.new`, file);
  }

  /** Throws when the lab has no such cluster. */
  read(clusterId: string): ClusterRecord {
    const file = this.recordFile(clusterId);
    if (!existsSync(file))
      throw new Error(`The lab has no server for cluster ${clusterId}: no instance of it was created.`);
    return JSON.parse(readFileSync(file, 'utf8')) as ClusterRecord;
  }

  has(clusterId: string): boolean {
    return existsSync(this.recordFile(clusterId));
  }

  remove(clusterId: string): void {
    rmSync(this.folderOf(clusterId), { recursive: true, force: true });
  }

  /** Folders of all servers, also of one whose creation did not come to its end. */
  allFolders(): string[] {
    return readdirSync(this.clusters).map((name) => join(this.clusters, name));
  }

  /**
   * rdsadmin has no password: it may come through the unix socket only (`@localhost` under skip_name_resolve), and the
   * socket lies in a folder of mode 0700. What does not exist cannot be left behind in a file.
   */
  platform(): PlatformCredentials {
    return { user: 'rdsadmin', password: '' };
  }

  private recordFile(clusterId: string): string {
    return join(this.folderOf(clusterId), 'cluster.json');
  }
}
