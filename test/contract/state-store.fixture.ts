/** A disk that forgets: what was not synced may be gone or half there after a power cut, and any call may be the last. */
import type { StateFileSystem } from '../../actions/state/file-system';

interface Inode {
  /** As a running system sees it. */
  cached: string;
  /** As it is on the platter; undefined while it was never synced. */
  synced: string | undefined;
}

type Names = Map<string, Inode>;

/** Thrown instead of doing the call at which the process is killed. */
export class Killed extends Error {}

export class ForgetfulDisk implements StateFileSystem {
  private names: Names = new Map();
  /** Changes of names that no `syncDirectory` has made durable yet, oldest first. */
  private pending: ((names: Names) => void)[] = [];
  private durable: Names = new Map();
  private calls = 0;

  /** The call with this number, counting from 0, is not done; a `write` is done by half. */
  killAt = Infinity;

  get callCount(): number {
    return this.calls;
  }

  restart(): void {
    this.calls = 0;
    this.killAt = Infinity;
  }

  /** How many of the pending name changes can have reached the platter. */
  get pendingCount(): number {
    return this.pending.length;
  }

  /** The disk after a power cut at which `reached` of the pending name changes were on the platter. */
  afterPowerCut(reached: number): ForgetfulDisk {
    const disk = new ForgetfulDisk();
    const names = new Map(this.durable);
    for (const change of this.pending.slice(0, reached)) change(names);
    for (const [path, { cached, synced }] of names) {
      const content = synced ?? cached.slice(0, cached.length / 2);
      disk.names.set(path, { cached: content, synced: content });
    }
    disk.durable = new Map(disk.names);
    return disk;
  }

  async read(path: string): Promise<string | undefined> {
    this.count();
    return this.names.get(path)?.cached;
  }

  async makeDirectory(): Promise<void> {
    this.count();
  }

  async write(path: string, text: string): Promise<void> {
    const isLast = this.calls === this.killAt;
    const inode: Inode = this.names.get(path) ?? { cached: '', synced: undefined };
    if (!this.names.has(path)) this.changeNames((names) => names.set(path, inode));
    inode.cached = isLast ? text.slice(0, text.length / 2) : text;
    inode.synced = undefined;
    this.count();
  }

  async sync(path: string): Promise<void> {
    this.count();
    const inode = this.existing(path);
    inode.synced = inode.cached;
  }

  async link(from: string, to: string): Promise<void> {
    this.count();
    if (this.names.has(to)) throw Object.assign(new Error(`${to} is there`), { code: 'EEXIST' });
    const inode = this.existing(from);
    this.changeNames((names) => names.set(to, inode));
  }

  async rename(from: string, to: string): Promise<void> {
    this.count();
    const inode = this.existing(from);
    this.changeNames((names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  async syncDirectory(): Promise<void> {
    this.count();
    this.durable = new Map(this.names);
    this.pending = [];
  }

  async remove(path: string): Promise<void> {
    this.count();
    this.changeNames((names) => names.delete(path));
  }

  private count(): void {
    if (this.calls === this.killAt) throw new Killed();
    this.calls += 1;
  }

  private changeNames(change: (names: Names) => void): void {
    change(this.names);
    this.pending.push(change);
  }

  private existing(path: string): Inode {
    const inode = this.names.get(path);
    if (inode === undefined) throw Object.assign(new Error(`${path} is not there`), { code: 'ENOENT' });
    return inode;
  }
}
