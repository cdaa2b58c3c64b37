import { AwsError } from './aws-error';

export const FAULT_EFFECTS = [
  'throttle',
  'error500',
  'hang',
  'reply-lost',
  'hang-done',
  'denied',
  'conflict',
  'failed-precheck',
] as const;

/**
 * What befalls a matching call. `hang`: no answer ever. `reply-lost`: the call is carried out and the connection cut.
 * `hang-done`: the call is carried out and never answered.
 * `conflict`: S3 has another conditional write of the same object under way; nothing is carried out.
 * `failed-precheck`: the upgrade that this CreateDBInstance (first instance of a cluster restored to a newer version) or
 * ModifyDBCluster begins fails its prechecks; the cluster stays on, or comes up on, its old version.
 */
export type FaultEffect = (typeof FAULT_EFFECTS)[number];

export interface Fault {
  /** Absent members match everything; names as AWS spells them, e.g. `rds` and `ModifyDBCluster`. */
  readonly match: { readonly service?: string; readonly action?: string };
  readonly effect: FaultEffect;
  /** Calls it still befalls. */
  readonly times: number;
}

export interface FaultSwitches {
  add(fault: Fault): void;
  /** Uses up one turn of the first matching fault of these effects; undefined when none matches. */
  take(service: string, action: string, effects?: readonly FaultEffect[]): FaultEffect | undefined;
  list(): readonly Fault[];
  clear(): void;
}

const WIRE_EFFECTS: readonly FaultEffect[] = [
  'throttle',
  'error500',
  'hang',
  'reply-lost',
  'hang-done',
  'denied',
  'conflict',
];

export function createFaultSwitches(): FaultSwitches {
  let faults: Fault[] = [];
  return {
    add: (fault) => faults.push(fault),
    take(service, action, effects = WIRE_EFFECTS) {
      const found = faults.find(
        ({ match, effect }) =>
          effects.includes(effect) && (match.service ?? service) === service && (match.action ?? action) === action,
      );
      if (found === undefined) return undefined;
      faults = faults
        .map((fault) => (fault === found ? { ...fault, times: fault.times - 1 } : fault))
        .filter(({ times }) => times > 0);
      return found.effect;
    },
    list: () => faults,
    clear: () => (faults = []),
  };
}

/** Reads a fault from the body of `POST /_lab/faults`. Throws an Error that says what is wrong with it. */
export function readFault(body: unknown): Fault {
  const { match, effect, times } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const known = FAULT_EFFECTS.find((candidate) => candidate === effect);
  if (known === undefined) throw new Error(`effect must be one of ${FAULT_EFFECTS.join(', ')}, not ${String(effect)}`);
  if (times !== undefined && !(Number.isInteger(times) && Number(times) > 0))
    throw new Error('times must be a positive integer');
  const { service, action } = (typeof match === 'object' && match !== null ? match : {}) as Record<string, unknown>;
  return {
    match: { ...(typeof service === 'string' && { service }), ...(typeof action === 'string' && { action }) },
    effect: known,
    times: times === undefined ? 1 : Number(times),
  };
}

/** Effects that are plain error answers, in each service's own codes. */
export function faultError(effect: FaultEffect, service: string, action: string): AwsError | undefined {
  const isJson = ['secretsmanager', 'monitoring', 'ssm'].includes(service);
  switch (effect) {
    case 'throttle':
      if (service === 'ec2') return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
      return new AwsError(isJson ? 'ThrottlingException' : 'Throttling', 'Rate exceeded');
    case 'error500':
      if (service === 'ec2') return new AwsError('InternalError', 'An internal error has occurred', 500);
      return new AwsError(
        service === 'ssm' ? 'InternalServerError' : isJson ? 'InternalServiceError' : 'InternalFailure',
        'An internal error has occurred. Try your query again at a later time.',
        500,
      );
    case 'conflict':
      return new AwsError(
        'ConditionalRequestConflict',
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
        409,
      );
    case 'denied': {
      // IAM calls CloudWatch by another name than its credential scope does.
      const permission = `${service === 'monitoring' ? 'cloudwatch' : service}:${action}`;
      const message = `User: arn:aws:iam::000000000000:user/lab is not authorized to perform: ${permission} because no identity-based policy allows the ${permission} action`;
      if (service === 'ec2')
        return new AwsError(
          'UnauthorizedOperation',
          `You are not authorized to perform this operation. ${message}`,
          403,
        );
      return isJson ? new AwsError('AccessDeniedException', message, 400) : new AwsError('AccessDenied', message, 403);
    }
    default:
      return undefined;
  }
}
