/** Two clusters, their AWS account, the application and the disk of the machine, with a clock that only calls move. */
import type { Side } from '../../actions/ports/mysql-server';
import type { Direction, UpgradeState } from '../../actions/state/format';
import { letReplicationFlow, transaction } from './binlog';
import { actOn } from './server-statements';
import { APPLICATION, APPLICATION_ACCOUNT, SIDES, type ClusterData, type Pending, type WorldData } from './world-data';

/** How long RDS takes to apply a parameter to a running server: some polls long, so that histories stay short. */
const PARAMETER_MS = 25;

/** How long a changed endpoint takes until everybody sees it. */
const INSYNC_MS = 2_000;

/** Lets in the tool and the other cluster only. */
export const CLOSED_GROUP = 'sg-closed';

export interface Violation {
  /** Name of the rule or promise: `I1` to `I12`, `P2`, `P3`. */
  readonly rule: string;
  readonly text: string;
}

export class SimulatedWorld {
  readonly violations: Violation[] = [];
  /** False once it was asked something that it does not know. */
  isTrustworthy = true;
  /** No application: nothing changes but by the tool. */
  isQuiet = false;
  /** Direction of the switch whose commit is on disk. */
  private committed: Direction | undefined;
  /** After the commit, as long as the side to be opened lets nobody in. */
  private isWaitingToOpen = false;
  /** Texts of the calls since the commit, whatever has become of them. */
  readonly asked = new Set<string>();
  private processes = 0;

  constructor(readonly data: WorldData) {
    this.committed = committedSwitch(data.disk);
  }

  get now(): number {
    return this.data.now;
  }

  get isCommitted(): boolean {
    return this.committed !== undefined;
  }

  violated(rule: string, text: string): void {
    this.violations.push({ rule, text });
  }

  nextProcess(): number {
    this.processes += 1;
    return this.processes;
  }

  /** One call takes a moment; clients write in it wherever they are let in. */
  tick(): void {
    this.data.now += 1;
    this.settleDue();
    this.clientsWrite();
    this.watch();
  }

  /** Time in which replication flows; clients go on writing to the end of it. */
  pass(ms: number): void {
    const end = this.data.now + ms;
    for (;;) {
      const due = this.data.pending.reduce((least, one) => Math.min(least, one.at), end);
      this.data.now = Math.max(this.data.now, Math.min(due, end));
      const isOver = this.data.now >= end;
      this.settleDue();
      letReplicationFlow(this.data);
      this.clientsWrite();
      this.watch();
      if (isOver) return;
    }
  }

  /** Whether the application can write there now. */
  acceptsWrites(side: Side): boolean {
    return this.writesBy(side) !== undefined;
  }

  /**
   * How the application comes to write there; undefined: it cannot. Locked accounts, security groups and the operator's own
   * fence stop new sessions only: those that are open go on until they are ended. An account that passes read_only is stopped
   * by nothing else than these, a lock of the tables, or super_read_only.
   */
  private writesBy(side: Side): 'ordinary' | 'passing' | undefined {
    const server = this.data.servers[side];
    if (this.data.clusters[side]?.status !== 'available') return undefined;
    if (server.tablesHeldBy !== null && !server.hasNewerTable) return undefined;
    const hasSession = server.connections.some(({ user }) => user === APPLICATION);
    if (!server.isReadOnly) return hasSession || this.letsIn(side) ? 'ordinary' : undefined;
    const isPassing =
      !server.isSuperReadOnly &&
      server.accountsPassingReadOnly.some(({ user, host }) => `${user}@${host}` === APPLICATION_ACCOUNT);
    return isPassing && (hasSession || (server.hasServed && this.letsIn(side))) ? 'passing' : undefined;
  }

  /** Whether the application can open sessions. */
  private letsIn(side: Side, ignoresLocks = false): boolean {
    const server = this.data.servers[side];
    const cluster = this.data.clusters[side];
    const isLocked = !ignoresLocks && server.lockedAccounts.includes(APPLICATION_ACCOUNT);
    return cluster?.status === 'available' && !server.isHookClosed && !isLocked && !isClosedOff(cluster);
  }

  /** What the group says reaches the running server a moment later. */
  applyParameter(side: Side, name: string, value: string): void {
    this.data.pending.push({ at: this.data.now + PARAMETER_MS, is: 'parameter', side, name, value });
  }

  /** The application's address, whatever kind of endpoint holds it. */
  pointApplicationAt(host: string): void {
    this.data.record.value = host;
    this.data.record.inSyncAt = this.data.now + INSYNC_MS;
    const side = SIDES.find((one) => this.data.clusters[one]?.endpoint === host);
    if (side !== undefined) this.data.servers[side].hasServed = true;
    // Its accounts may still be locked: an application is let in when all its endpoints have moved.
    const isOpen = side !== undefined && !this.data.servers[side].isReadOnly && this.letsIn(side, true);
    if (!isOpen) this.violated('P3', `the application was sent to ${String(side)}, which refuses writes`);
  }

  /** The process is gone: its connections break, and its locks with them. */
  endProcess(process: number): void {
    for (const side of SIDES) this.breakConnections(side, (connection) => connection.process === process);
  }

  breakConnections(
    side: Side,
    which: (connection: { readonly id: number; readonly process: number }) => boolean,
  ): void {
    const server = this.data.servers[side];
    if (server.connections.some((one) => one.id === server.lockedBy && which(one))) server.lockedBy = null;
    if (server.connections.some((one) => one.id === server.tablesHeldBy && which(one))) server.tablesHeldBy = null;
    server.connections = server.connections.filter((one) => !which(one));
  }

  /** A crash recovery or failover: what the procedure had set is lost, configured channels start, a new log file begins. */
  reboot(side: Side): void {
    const server = this.data.servers[side];
    const group = this.data.groups[this.data.clusters[side]?.group ?? ''];
    this.breakConnections(side, () => true);
    const cluster = this.data.clusters[side];
    if (cluster) cluster.waitsForReboot = false;
    server.isReadOnly = group?.values['read_only'] === '1';
    server.isSuperReadOnly = false;
    server.binlogFormat = group?.values['binlog_format'] ?? 'OFF';
    server.eventScheduler = group?.values['event_scheduler'] === 'ON' ? 'ON' : 'OFF';
    server.files.push(server.binlog.length);
    if (server.channel && server.channel.error === null) {
      server.channel.isReceiving = true;
      server.channel.isApplying = true;
      // Received and not applied: fetched again (relay_log_recovery).
      server.channel.received = server.channel.applied;
    }
  }

  /** Called with what has become durable. */
  written(state: UpgradeState): void {
    if (this.committed === undefined) this.asked.clear();
    this.committed = committedSwitch(state);
    this.data.disk = state;
  }

  private settleDue(): void {
    const { data } = this;
    if (data.pending.length === 0) return;
    const due = data.pending.filter((one) => one.at <= data.now).sort((a, b) => a.at - b.at);
    data.pending = data.pending.filter((one) => one.at > data.now);
    for (const one of due) this.settle(one);
  }

  private settle(one: Pending): void {
    const server = this.data.servers[one.side];
    if (one.is === 'parameter') {
      if (one.name === 'read_only') this.setReadOnly(one.side, one.value === '1');
      if (one.name === 'event_scheduler') server.eventScheduler = one.value === 'ON' ? 'ON' : 'OFF';
    } else if (one.is === 'status') {
      this.settleStatus(one.side, one.to);
    } else {
      try {
        actOn(this.data, one.side, 'admin', one.statement);
      } catch {
        // Nobody waits for it any more.
      }
    }
  }

  /** super_read_only goes with it, as on a server of one's own. */
  private setReadOnly(side: Side, on: boolean): void {
    const server = this.data.servers[side];
    server.isReadOnly = on;
    server.isSuperReadOnly &&= on;
  }

  private settleStatus(side: Side, to: string): void {
    const cluster = this.data.clusters[side];
    if (!cluster) return;
    if (to === 'deleted') this.data.clusters[side] = null;
    else cluster.status = to;
    if (to === 'available') this.reboot(side);
  }

  /**
   * Clients everywhere: pools that have not noticed the switch write to the old side as soon as it lets them. New sessions go
   * where the record points; old ones stay until they are ended.
   */
  private clientsWrite(): void {
    if (this.isQuiet) return;
    const home = SIDES.find((side) => this.data.clusters[side]?.endpoint === this.data.record.value);
    if (home !== undefined) {
      this.data.servers[home].hasServed = true;
      const { connections } = this.data.servers[home];
      if (this.letsIn(home) && connections.every(({ user }) => user !== APPLICATION))
        connections.push({ id: this.data.nextId++, user: APPLICATION, process: 0 });
    }
    for (const side of SIDES) {
      if (!this.acceptsWrites(side)) continue;
      const write = transaction(side, this.data.nextId++);
      this.data.servers[side].binlog.push(write);
      this.data.accepted.push(write);
    }
  }

  private watch(): void {
    const by = { blue: this.writesBy('blue'), green: this.writesBy('green') };
    if (by.blue && by.green) {
      this.violated('I1', 'both sides accept writes');
      if (by.blue === 'passing' || by.green === 'passing')
        this.violated('I9', 'an account that passes read_only writes');
    }
    if (this.committed === undefined) return;
    const from: Side = this.committed === 'cutover' ? 'blue' : 'green';
    const to: Side = from === 'blue' ? 'green' : 'blue';
    const isFed = this.data.servers[to].channel?.isApplying === true;
    if (by[to] && this.isWaitingToOpen && isFed && !this.asked.has(`${to} stop-replication`))
      this.violated(
        'I11',
        `${to} was opened while the channel that fed it still runs, and nobody has asked it to stop`,
      );
    this.isWaitingToOpen = by[to] === undefined;
    if (by[from]) this.violated('I11', `${from} accepts writes after the commit of the ${this.committed}`);
    if (by[from] === 'passing')
      this.violated('I9', `an account that passes read_only writes on ${from} after the commit`);
  }
}

function isClosedOff({ securityGroups }: ClusterData): boolean {
  return securityGroups.includes(CLOSED_GROUP);
}

/** The commit is `opening` on disk, and stays until the switch has ended. */
export function committedSwitch(state: UpgradeState | null): Direction | undefined {
  const record = state?.cutover;
  if (!record) return undefined;
  const isCommitted = record.state === 'opening' || (record.state === 'stalled' && record.resumeAt === 'opening');
  return isCommitted ? record.direction : undefined;
}
