/** How Terraform starts and ends a provider: go-plugin's handshake on standard output, gRPC on a Unix socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Provider, ProviderRequest } from '../provider';

/** Names the protocol, so that a plugin which a person starts by hand can say so (go-plugin's own convention). */
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const PROTO_FILES = ['tfplugin5.proto', 'go-plugin.proto', 'health.proto'];
const PARENT_CHECK_MS = 1_000;

/** Why this process cannot serve Terraform; undefined when it can. */
export function refusalOf(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment['TF_PLUGIN_MAGIC_COOKIE'] !== MAGIC_COOKIE) {
    return "This is the lab's stand-in for the AWS provider. Terraform starts it by itself.";
  }
  if (environment['PLUGIN_CLIENT_CERT']) {
    return "The lab's stand-in for the AWS provider speaks without TLS: set TF_DISABLE_PLUGIN_TLS=1 and run Terraform again.";
  }
  return undefined;
}

/** Serves until Terraform says Shutdown or is gone. `protoFolder` holds the .proto files. */
export async function servePlugin(provider: Provider, protoFolder: string): Promise<void> {
  const definitions = loadSync(PROTO_FILES, { includeDirs: [protoFolder], enums: String, longs: Number });
  const socketFolder = mkdtempSync(join(tmpdir(), 'lab-provider-'));
  const socket = join(socketFolder, 'plugin.sock');
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const end = (): void => {
    server.forceShutdown();
    rmSync(socketFolder, { recursive: true, force: true });
    process.exit(0);
  };

  server.addService(definitions['tfplugin5.Provider'] as ServiceDefinition, implement(provider));
  server.addService(definitions['plugin.GRPCController'] as ServiceDefinition, {
    Shutdown: unary(() => {
      // The answer has to leave before the process does.
      setImmediate(() => {
        server.tryShutdown(end);
      });
      return {};
    }),
  });
  server.addService(definitions['grpc.health.v1.Health'] as ServiceDefinition, {
    Check: unary(() => ({ status: 'SERVING' })),
  });

  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  process.on('SIGTERM', end);
  endWithParent(end);
  process.stdout.write(`1|5|unix|${socket}|grpc\n`);
}

function implement({ methods }: Provider): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(method)]));
}

function unary(
  method: (request: ProviderRequest) => object | Promise<object>,
): handleUnaryCall<ProviderRequest, object> {
  return (call, callback) => {
    Promise.resolve(method(call.request)).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)));
      },
    );
  };
}

/** Terraform that was killed cannot say Shutdown; its plugins must not outlive it. SIGINT is Terraform's to handle. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  process.on('SIGINT', () => undefined);
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_CHECK_MS).unref();
}
