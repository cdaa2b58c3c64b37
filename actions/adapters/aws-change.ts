/** Changes as data: the API's own action and input become the SDK's command. */
import { UpgradeError } from '../engine/errors';
import type { AwsCall, AwsReply } from '../ports/aws';
import type { CallLimits } from '../ports/mysql-server';
import { change, lazy, type AwsSettings, type Options } from './aws-call';
import { isThrottled } from './aws-errors';

type Service = AwsCall['service'];

/** What is used of every client. */
interface Client {
  send(command: object, options: Options): Promise<object>;
}

interface Sdk {
  readonly client: Client;
  /** Undefined when the service has no such action. */
  command(action: string, input: AwsCall['input']): object | undefined;
}

const MODULES: Readonly<Record<Service, { readonly client: string; readonly load: () => Promise<object> }>> = {
  rds: { client: 'RDSClient', load: () => import('@aws-sdk/client-rds') },
  route53: { client: 'Route53Client', load: () => import('@aws-sdk/client-route-53') },
  secretsmanager: { client: 'SecretsManagerClient', load: () => import('@aws-sdk/client-secrets-manager') },
  ssm: { client: 'SSMClient', load: () => import('@aws-sdk/client-ssm') },
  ec2: { client: 'EC2Client', load: () => import('@aws-sdk/client-ec2') },
};

/** The `run` of the AWS port. Code `aws-unknown-action` when the service has no such action. */
export function awsChanger({ region, clock }: AwsSettings): (call: AwsCall, limits: CallLimits) => Promise<AwsReply> {
  const sdks: Readonly<Record<Service, () => Promise<Sdk>>> = {
    rds: lazy(() => loadSdk('rds', region)),
    route53: lazy(() => loadSdk('route53', region)),
    secretsmanager: lazy(() => loadSdk('secretsmanager', region)),
    ssm: lazy(() => loadSdk('ssm', region)),
    ec2: lazy(() => loadSdk('ec2', region)),
  };
  return async (call, limits) => {
    const { client, command } = await sdks[call.service]();
    const request = command(call.action, { ...call.input, ...call.secrets });
    const action = `${call.service}:${call.action}`;
    if (request === undefined) {
      throw new UpgradeError('there is no such AWS call', {
        code: 'aws-unknown-action',
        source: 'tool',
        hint: `The SDK has no ${action}. This is a mistake in the tool; please report it with the command you ran.`,
      });
    }
    return replyOf(await change(clock, action, limits, (options) => client.send(request, options)));
  };
}

async function loadSdk(service: Service, region: string): Promise<Sdk> {
  const { client, load } = MODULES[service];
  const members = new Map<string, unknown>(Object.entries(await load()));
  const make = (name: string, argument: object): object | undefined => {
    const Constructor = members.get(name);
    return typeof Constructor === 'function' ? Reflect.construct(Constructor, [argument]) : undefined;
  };
  const made = make(client, { region, retryStrategy: retryThrottlingOnly });
  if (!isClient(made)) throw new TypeError(`${client} is not a client`);
  return { client: made, command: (action, input) => make(`${action}Command`, input) };
}

function isClient(value: object | undefined): value is Client {
  return value !== undefined && 'send' in value && typeof value.send === 'function';
}

/**
 * A throttled call was not carried out and may be sent again. After any other failure it may have been, and the SDK's own
 * retries would hide that.
 */
const retryThrottlingOnly = {
  acquireInitialRetryToken: () => Promise.resolve(retryToken(0)),
  refreshRetryTokenForRetry(
    token: RetryToken,
    failure: { readonly error?: { readonly name: string }; readonly errorType: string },
  ): Promise<RetryToken> {
    const count = token.getRetryCount() + 1;
    const isThrottle = failure.errorType === 'THROTTLING' || isThrottled(failure.error?.name ?? '');
    if (!isThrottle || count >= MAX_ATTEMPTS) return Promise.reject(new Error('no further attempt'));
    return Promise.resolve(retryToken(count));
  },
  recordSuccess: () => undefined,
};

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

function retryToken(count: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => (count === 0 ? 0 : 100 * 2 ** count) };
}

const MAX_ATTEMPTS = 4;

function replyOf(answer: object): AwsReply {
  const info: unknown = 'ChangeInfo' in answer ? answer.ChangeInfo : undefined;
  const id = typeof info === 'object' && info !== null && 'Id' in info ? info.Id : undefined;
  return typeof id === 'string' ? { changeId: id } : {};
}
