import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outcome } from './dispatch';
import type { LabApi } from './lab-api';
import type { WireRequest } from './wire/protocol';

/** The HTTP face: AWS calls on every path but those under `/_lab/`. */
export interface HttpFace {
  listen(address: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly url: string; readonly port: number }>;
  close(): Promise<void>;
}

export function createHttpFace(dispatch: (request: WireRequest) => Promise<Outcome>, labApi: LabApi): HttpFace {
  const server = createServer((request, response) => {
    void handle(request, response, dispatch, labApi).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  // Idle SDK connections would otherwise be cut under a client that is about to use them.
  server.keepAliveTimeout = 60_000;
  return {
    listen: ({ host, port }) => listen(server, host, port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = (server.address() as AddressInfo).port;
      resolve({ url: `http://${host}:${String(bound)}`, port: bound });
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: (request: WireRequest) => Promise<Outcome>,
  labApi: LabApi,
): Promise<void> {
  const wire = await readRequest(request);
  const outcome: Outcome = wire.path.startsWith('/_lab/')
    ? { kind: 'answer', answer: await labApi(wire) }
    : await dispatch(wire);
  if (outcome.kind === 'cut') {
    request.socket.destroy();
    return;
  }
  if (outcome.kind === 'hang') return;
  const { status, headers, body } = outcome.answer;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://lab');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  };
}
