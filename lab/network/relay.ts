import { connect, createServer, type Server, type Socket } from 'node:net';
import { holdClient } from './hold-client';
import { SOUND_LINE, StreamLine, type LineCondition } from './stream-line';

export interface RelayOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Asked at each new connection; `undefined` while the server behind is stopped: the client is reset. */
  readonly backend: () => { readonly host: string; readonly port: number } | undefined;
  /** Asked until it agrees and never again: an admitted connection is tracked and outlives the rule. */
  readonly isAdmitted: (clientAddress: string) => boolean;
  /** What a denied client sees. AWS drops its packets, which is `hang`; `reset` fails at once. */
  readonly denied: 'hang' | 'reset';
}

export interface RelayCounters {
  readonly accepted: number;
  readonly denied: number;
  /** Admitted, but the server behind was stopped or did not answer. */
  readonly refused: number;
  /** Destroyed by `cut` or `severNext`, or by `heal` because a black hole had swallowed some of their bytes. */
  readonly cut: number;
  readonly open: number;
  readonly bytesToBackend: number;
  readonly bytesToClient: number;
}

export interface RelayStatus extends RelayCounters {
  readonly delayMs: number;
  readonly isFrozen: boolean;
  readonly isBlackholed: boolean;
}

/** Towards the server behind, or back to the client. */
export type RelayDirection = 'to-backend' | 'to-client';

/** Which bytes a fault befalls: those of one client address, those of one direction. Absent members mean all. */
export interface RelayScope {
  readonly client?: string;
  readonly direction?: RelayDirection;
}

interface Connection {
  readonly address: string;
  readonly client: Socket;
  readonly server: Socket;
  readonly lines: readonly StreamLine[];
}

/**
 * A TCP relay before one address. It can delay, cut, freeze (bytes wait, sockets live), black-hole (bytes vanish) and sever
 * (a reset in place of the next bytes), all of it while connections are open; faults also meet connections that open later.
 */
export class Relay {
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private readonly held = new Set<Socket>();
  private faults: { readonly scope: RelayScope; readonly part: Partial<LineCondition> }[] = [];
  private readonly counters = { accepted: 0, denied: 0, refused: 0, cut: 0, bytesToBackend: 0, bytesToClient: 0 };

  private constructor(private readonly options: RelayOptions) {
    this.server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      this.admit(client);
    });
  }

  /** Rejects when the address cannot be bound. */
  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    await new Promise<void>((resolve, reject) => {
      relay.server.once('error', reject);
      relay.server.listen(options.listen.port, options.listen.host, () => {
        relay.server.off('error', reject);
        resolve();
      });
    });
    return relay;
  }

  /** Adds this much to every chunk, in each direction. */
  delay(delayMs: number, scope: RelayScope = {}): void {
    this.befall(scope, { delayMs });
  }

  /** Resets every open connection now; new ones are welcome. Returns how many there were. */
  cut({ client }: Pick<RelayScope, 'client'> = {}): number {
    const victims = [...this.connections].filter(({ address }) => address === (client ?? address));
    for (const connection of victims) this.sever(connection);
    return victims.length;
  }

  freeze(scope: RelayScope = {}): void {
    this.befall(scope, { isFrozen: true });
  }

  blackhole(scope: RelayScope = {}): void {
    this.befall(scope, { isBlackholed: true });
  }

  /** Each connection is reset in place of the next bytes it has in the scope: before (or after) the server could act on them. */
  severNext(scope: RelayScope = {}): void {
    this.befall(scope, { isSevered: true });
  }

  /** Ends everything but cuts. Connections that lost bytes are reset: nothing would resend them. */
  heal(): void {
    this.faults = [];
    this.review();
    for (const connection of [...this.connections])
      if (connection.lines.some((line) => line.hasDropped)) this.sever(connection);
  }

  status(): RelayStatus {
    const { delayMs, isFrozen, isBlackholed } = Object.assign({}, SOUND_LINE, ...this.faults.map(({ part }) => part));
    return { ...this.counters, open: this.connections.size, delayMs, isFrozen, isBlackholed };
  }

  /** Stops listening and resets all connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const connection of [...this.connections]) this.destroy(connection);
    for (const client of this.held) client.destroy();
    await closed;
  }

  private befall(scope: RelayScope, part: Partial<LineCondition>): void {
    this.faults.push({ scope, part });
    this.review();
  }

  private review(): void {
    for (const { address, lines } of this.connections) {
      for (const [index, line] of lines.entries()) {
        Object.assign(line.condition, this.conditionOf(address, index === 0 ? 'to-backend' : 'to-client'));
        line.review();
      }
    }
  }

  private conditionOf(address: string, direction: RelayDirection): LineCondition {
    const parts = this.faults
      .filter(({ scope }) => (scope.client ?? address) === address && (scope.direction ?? direction) === direction)
      .map(({ part }) => part);
    return Object.assign({}, SOUND_LINE, ...parts);
  }

  private admit(client: Socket): void {
    const address = client.remoteAddress;
    if (address === undefined) {
      client.destroy();
    } else if (this.options.isAdmitted(address)) {
      this.forward(client, address);
    } else {
      this.deny(client, address);
    }
  }

  /** On loopback the handshake is over before we are asked, so the nearest thing to dropped packets is silence. */
  private deny(client: Socket, address: string): void {
    this.counters.denied += 1;
    if (this.options.denied === 'reset') {
      client.resetAndDestroy();
      return;
    }
    this.held.add(client);
    client.once('close', () => this.held.delete(client));
    holdClient(
      client,
      () => this.options.isAdmitted(address),
      () => {
        this.held.delete(client);
        this.forward(client, address);
      },
    );
  }

  private forward(client: Socket, address: string): void {
    const backend = this.options.backend();
    if (backend === undefined) {
      this.counters.refused += 1;
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...backend, noDelay: true, allowHalfOpen: true });
    const { counters } = this;
    const line = (direction: RelayDirection, count: (bytes: number) => void): StreamLine => {
      const [source, target] = direction === 'to-backend' ? [client, server] : [server, client];
      return new StreamLine(source, target, this.conditionOf(address, direction), count, () => this.sever(connection));
    };
    const connection: Connection = {
      address,
      client,
      server,
      lines: [
        line('to-backend', (bytes) => (counters.bytesToBackend += bytes)),
        line('to-client', (bytes) => (counters.bytesToClient += bytes)),
      ],
    };
    this.connections.add(connection);
    this.counters.accepted += 1;
    let isConnected = false;
    server.once('connect', () => (isConnected = true));
    server.on('error', () => {
      if (!isConnected) this.counters.refused += 1;
      this.lose(connection, server);
    });
    client.on('error', () => {
      this.lose(connection, client);
    });
    for (const socket of [client, server]) {
      socket.on('close', () => {
        this.lose(connection, socket);
      });
    }
  }

  /**
   * One end is gone. A FIN has already taken its turn in the line, so only a reset is left to pass on, unless the network
   * between the two ends is (made to be) gone as well: then the other end learns of it from `heal`.
   */
  private lose(connection: Connection, lost: Socket): void {
    if (!this.connections.has(connection)) return;
    const other = lost === connection.client ? connection.server : connection.client;
    const isReset = lost.errored !== null;
    const isGone = connection.lines.some(({ condition }) => condition.isFrozen || condition.isBlackholed);
    if (isReset && isGone) {
      for (const line of connection.lines) line.hasDropped = true;
    } else if (isReset) {
      this.destroy(connection);
    }
    if (other.destroyed) this.forget(connection);
  }

  private sever(connection: Connection): void {
    this.destroy(connection);
    this.counters.cut += 1;
  }

  private destroy(connection: Connection): void {
    this.forget(connection);
    for (const socket of [connection.client, connection.server]) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    for (const line of connection.lines) line.close();
  }
}
