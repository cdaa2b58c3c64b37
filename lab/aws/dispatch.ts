import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error';
import { faultError, type FaultEffect } from './faults';
import { newDocument } from './new-document';
import type { RequestLog } from './request-log';
import type { Service } from './service';
import type { Protocol, WireAnswer, WireRequest } from './wire/protocol';
import { queryProtocol } from './wire/query';
import { operationShapes, type OperationShapes } from './wire/schema';
import type { World } from './world';

/** What becomes of a request: an answer, silence, or a connection cut after the work was done. */
export type Outcome =
  { readonly kind: 'answer'; readonly answer: WireAnswer } | { readonly kind: 'hang' } | { readonly kind: 'cut' };

interface ReadyService extends Service {
  readonly operations: ReadonlyMap<string, OperationShapes>;
}

/** Services whose account is the same in every region. */
const GLOBAL_SCOPES = ['sts', 'route53'];

/**
 * Tells the services apart by the credential scope and carries calls out, faults included. Calls signed for another
 * region than the lab's meet an account that is empty there, as on AWS; nothing made there is kept.
 */
export function createDispatch(
  home: World,
  servicesOf: (world: World) => readonly Service[],
  log: RequestLog,
): (request: WireRequest) => Promise<Outcome> {
  const homeRegion = home.store.document.region;
  const regions = new Map([[homeRegion, prepareAll(servicesOf(home))]]);
  const servicesIn = (region: string): ReadonlyMap<string, ReadyService> => {
    const known = regions.get(region);
    if (known !== undefined) return known;
    const abroad = prepareAll(servicesOf({ ...home, store: { document: newDocument(region), save: () => undefined } }));
    regions.set(region, abroad);
    return abroad;
  };

  return async (request) => {
    const requestId = randomUUID();
    const scope = credentialScope(request);
    const scopeName = scope?.service ?? guessedService(request);
    const isGlobal = scope === undefined || GLOBAL_SCOPES.includes(scope.service);
    const service = servicesIn(isGlobal ? homeRegion : scope.region).get(scopeName);
    const protocol = service?.protocol ?? FALLBACK;
    try {
      if (scope === undefined) {
        throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
      }
      if (service === undefined) throw new AwsError('InvalidAction', `The lab has no service ${scope.service}.`);
      return await carryOut(home, service, request, requestId, log);
    } catch (error) {
      return answer(protocol.writeError(asAwsError(error), requestId));
    }
  };
}

const FALLBACK: Protocol = queryProtocol('http://webservices.amazon.com/AWSFault/2005-15-09');

function prepareAll(services: readonly Service[]): ReadonlyMap<string, ReadyService> {
  return new Map(services.map((service) => [service.scope, prepare(service)]));
}

function prepare(service: Service): ReadyService {
  const operations = new Map(
    Object.keys(service.handlers).map((name) => [name, operationShapes(service.client, name)]),
  );
  return { ...service, operations };
}

async function carryOut(
  world: World,
  service: ReadyService,
  request: WireRequest,
  requestId: string,
  log: RequestLog,
): Promise<Outcome> {
  const { protocol, operations, handlers, scope } = service;
  const action = protocol.operationOf(request, [...operations.values()]);
  const operation = operations.get(action ?? '');
  const handler = handlers[action ?? ''];
  if (action === undefined || operation === undefined || handler === undefined) {
    log.add(scope, action ?? `${request.method} ${request.path}`, {}).outcome = 'InvalidAction';
    throw new AwsError(
      'InvalidAction',
      `The action ${action ?? `${request.method} ${request.path}`} is not valid for this web service.`,
    );
  }
  const input = protocol.read(request, operation);
  const logged = log.add(scope, action, input);
  const fault = world.faults.take(scope, action);
  if (fault === 'hang') {
    logged.outcome = 'hang';
    return { kind: 'hang' };
  }
  try {
    throwFault(fault, scope, action);
    const output = await handler(input as never);
    world.store.save();
    logged.outcome = fault ?? 'ok';
    if (fault === 'hang-done') return { kind: 'hang' };
    return fault === 'reply-lost' ? { kind: 'cut' } : answer(protocol.write(output, operation, requestId));
  } catch (error) {
    logged.outcome = asAwsError(error).code;
    throw error;
  }
}

function throwFault(fault: FaultEffect | undefined, service: string, action: string): void {
  const error = fault === undefined ? undefined : faultError(fault, service, action);
  if (error !== undefined) throw error;
}

function answer(wire: WireAnswer): Outcome {
  return { kind: 'answer', answer: wire };
}

/** A defect of the lab itself becomes AWS's internal failure, its message kept for whoever debugs the lab. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(
    'InternalFailure',
    `The lab's AWS endpoint failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    500,
  );
}

/** `AWS4-HMAC-SHA256 Credential=KEY/20261120/us-east-1/rds/aws4_request, ...`: only the scope is read, nothing is verified. */
function credentialScope(request: WireRequest): { readonly region: string; readonly service: string } | undefined {
  const { authorization } = request.headers;
  const match =
    typeof authorization === 'string' ? /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\//.exec(authorization) : null;
  return match === null ? undefined : { region: match[1] ?? '', service: match[2] ?? '' };
}

/** Without credentials the error still has to be in a form that the caller can read. */
function guessedService(request: WireRequest): string {
  if (request.path.startsWith('/2013-04-01/')) return 'route53';
  return request.headers['x-amz-target'] === undefined ? 'rds' : 'secretsmanager';
}
