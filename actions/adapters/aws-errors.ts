/** What AWS or the network before it answers, as errors a person can act on. */
import { OutcomeUnknownError, UpgradeError, messageOf } from '../engine/errors';

/** An IAM action such as `rds:DescribeDBClusters`: service prefix and API action. */
export type IamAction = string;

/** A call that changed nothing, or whose refusal is certain: code `aws-<name of AWS's error>` or one of the words below. */
export function awsError(action: IamAction, error: unknown): UpgradeError {
  const { name, message, status } = factsOf(error);
  if (isDenied(name)) {
    return new UpgradeError('AWS does not allow this call', {
      code: 'aws-access-denied',
      source: 'aws',
      hint: `The credentials in use lack the permission ${action}. Add it to their IAM policy. AWS says: ${message}`,
      cause: error,
    });
  }
  if (isCredentials(name)) {
    return new UpgradeError('there are no valid AWS credentials', {
      code: 'aws-credentials',
      source: 'aws',
      hint: `${action} could not be signed or was not recognised: ${message} (${name}). Log in again, or set AWS_PROFILE or the AWS_* variables.`,
      cause: error,
    });
  }
  if (isThrottled(name)) {
    return new UpgradeError('AWS answers too slowly for the number of calls', {
      code: 'aws-throttled',
      source: 'aws',
      retryable: true,
      hint: `${action} was throttled several times in a row. Wait a minute, then run the same command again.`,
      cause: error,
    });
  }
  if (status === undefined || status >= 500) {
    return new UpgradeError('AWS cannot be reached', {
      code: 'aws-unreachable',
      source: 'aws',
      retryable: true,
      hint: `${action}: ${message} (${name}). Check the network and the region, then run the same command again.`,
      cause: error,
    });
  }
  return new UpgradeError(`AWS refused ${action}: ${name}`, {
    code: `aws-${name}`,
    source: 'aws',
    hint: `AWS says: ${message}`,
    cause: error,
  });
}

/** An error of a change: `OutcomeUnknownError` unless it is certain that nothing was done. */
export function changeError(action: IamAction, error: unknown): UpgradeError {
  const { name, message, status, code } = factsOf(error);
  const isAnswered = status !== undefined && status >= 400 && status < 500;
  if (isAnswered || isThrottled(name) || isCredentials(name) || isNeverSent(code, message))
    return awsError(action, error);
  return unknownOutcome(action, `${message} (${name})`, error);
}

export function unknownOutcome(action: IamAction, why: string, cause?: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError(`whether ${action} took effect is not known`, {
    source: 'aws',
    hint: `${why}. AWS may have carried the call out, so it is not simply repeated: what is true is looked up first.`,
    cause,
  });
}

export function timeoutError(action: IamAction, timeoutMs: number): UpgradeError {
  return new UpgradeError('AWS did not answer in time', {
    code: 'aws-timeout',
    source: 'aws',
    retryable: true,
    hint: `${action} had ${timeoutMs} ms and has changed nothing. Check the network, then run the same command again.`,
  });
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return names.includes(factsOf(error).name);
}

interface AwsFacts {
  readonly name: string;
  readonly message: string;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** Of the network, e.g. `ECONNREFUSED`; empty when there is none. */
  readonly code: string;
}

function factsOf(error: unknown): AwsFacts {
  if (typeof error !== 'object' || error === null)
    return { name: 'Error', message: messageOf(error), status: undefined, code: '' };
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return {
    name: 'name' in error && typeof error.name === 'string' ? error.name : 'Error',
    // A refused connection to several addresses has an empty message.
    message: message === '' ? code : message,
    status: typeof status === 'number' ? status : undefined,
    code,
  };
}

/** As the protocols of the services spell it: Query and REST, JSON, EC2. */
function isDenied(name: string): boolean {
  return ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'].includes(name);
}

function isCredentials(name: string): boolean {
  return CREDENTIAL_ERRORS.has(name);
}

const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'AuthFailure',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
]);

export function isThrottled(name: string): boolean {
  return THROTTLES.has(name);
}

const THROTTLES: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'PriorRequestNotComplete',
  'SlowDown',
]);

/** No connection was made, so AWS has seen nothing. The SDK wraps some errors and keeps the code only in the text. */
function isNeverSent(code: string, message: string): boolean {
  return NEVER_SENT.some((known) => known === code || message.includes(known));
}

const NEVER_SENT: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
