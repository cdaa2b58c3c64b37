import { chmodSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import type { RelayDirection, RelayStatus } from '../network/relay';
import type { LabRecord } from './lab-record';

/** `sever`: a reset in place of the next bytes of each connection. */
export type RelayFault = 'delay' | 'cut' | 'freeze' | 'blackhole' | 'sever' | 'heal';

/** `crash`: the server dies at once and stays down. `start`: it comes back, recovered, with the parameters it had. */
export type ServerFault = 'crash' | 'start';

/** One JSON object a line over the lab's unix socket; the answers come in the order of the requests. */
export type ControlRequest =
  | { readonly command: 'status' }
  /** Answered before the lab ends. */
  | { readonly command: 'shutdown' }
  /**
   * `delayMs` is for `delay`. Faults are added up until `heal`. `client` (an address) and `direction` narrow a fault down;
   * a cut and a heal know no direction.
   */
  | {
      readonly command: 'relay';
      readonly endpoint: string;
      readonly fault: RelayFault;
      readonly delayMs?: number;
      readonly client?: string;
      readonly direction?: RelayDirection;
    }
  /** Answered when it is done. */
  | { readonly command: 'server'; readonly clusterId: string; readonly fault: ServerFault };

export interface LabStatus {
  readonly phase: LabRecord['phase'];
  readonly uptimeSeconds: number;
  readonly cpuSeconds: number;
  /** By endpoint name. */
  readonly relays: Readonly<Record<string, RelayStatus>>;
}

export type ControlReply =
  | { readonly ok: true; readonly status?: LabStatus; readonly relay?: RelayStatus }
  | { readonly ok: false; readonly error: string };

/** Starting a server with recovery takes the longest. */
const ASK_TIMEOUT_MS = 60_000;

/** Serves the control socket. Only its owner may connect. */
export class ControlServer {
  private readonly clients = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(path: string, obey: (request: ControlRequest) => Promise<ControlReply>): Promise<ControlServer> {
    await rm(path, { force: true });
    const server = createServer();
    const control = new ControlServer(server);
    server.on('connection', (client) => {
      control.clients.add(client);
      client.on('close', () => control.clients.delete(client));
      let turn = Promise.resolve();
      const lines = linesOf(client);
      lines.on('error', () => undefined);
      lines.on('line', (line) => {
        turn = turn.then(async () => {
          const reply = await answer(line, obey);
          client.write(`${JSON.stringify(reply)}\n`);
        });
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    return control;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const client of this.clients) client.end();
    await closed;
  }
}

/** Asks the supervisor of a lab. Rejects when nobody listens there, does not answer in a minute, or refuses. */
export async function askLab(path: string, request: ControlRequest): Promise<Extract<ControlReply, { ok: true }>> {
  const reply = await new Promise<ControlReply>((resolve, reject) => {
    const socket = connect(path);
    const timer = setTimeout(() => {
      socket.destroy(
        new Error(`The lab's supervisor did not answer '${request.command}' within ${String(ASK_TIMEOUT_MS)} ms.`),
      );
    }, ASK_TIMEOUT_MS);
    const lines = linesOf(socket);
    lines.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error(`The lab's supervisor closed the connection without an answer to '${request.command}'.`));
    });
    lines.once('line', (line) => {
      resolve(JSON.parse(line) as ControlReply);
      socket.end();
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
  if (!reply.ok) throw new Error(reply.error);
  return reply;
}

/** The interface repeats the errors of its socket, so whoever listens to one of them has heard all. */
function linesOf(socket: Socket): Interface {
  const lines = createInterface({ input: socket });
  socket.on('error', () => undefined);
  return lines;
}

async function answer(line: string, obey: (request: ControlRequest) => Promise<ControlReply>): Promise<ControlReply> {
  try {
    return await obey(JSON.parse(line) as ControlRequest);
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
