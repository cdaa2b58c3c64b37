/** Changes as data: the API's own action and input become the SDK's command. */
import { UpgradeError } from '../engine/errors';
import type { Aws, AwsCall, AwsReply } from '../ports/aws';
import type { CallLimits } from '../ports/mysql-server';
import { change, clientSettings, lazy, type AwsSettings, type Options } from './aws-call';
import { isThrottled } from './aws-errors';

type Service = AwsCall['service'];

/** What is used of every client. */
interface Client {
  readonly config: { readonly credentials: () => Promise<unknown> };
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

/** `run` and `prepare` of the AWS port. Code `aws-unknown-action` when the service has no such action. */
export function awsChanger(settings: AwsSettings): Pick<Aws, 'run' | 'prepare'> {
  const { clock } = settings;
  const sdks: Readonly<Record<Service, () => Promise<Sdk>>> = {
    rds: lazy(() => loadSdk('rds', settings)),
    route53: lazy(() => loadSdk('route53', settings)),
    secretsmanager: lazy(() => loadSdk('secretsmanager', settings)),
    ssm: lazy(() => loadSdk('ssm', settings)),
    ec2: lazy(() => loadSdk('ec2', settings)),
  };
  const run = async (call: AwsCall, limits: CallLimits): Promise<AwsReply> => {
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
  return {
    run,
    async prepare(services) {
      // Whatever is wrong with the credentials, the call itself says it.
      await Promise.allSettled(services.map(async (service) => (await sdks[service]()).client.config.credentials()));
    },
  };
}

async function loadSdk(service: Service, settings: AwsSettings): Promise<Sdk> {
  const { client, load } = MODULES[service];
  const members = new Map<string, unknown>(Object.entries(await load()));
  const make = (name: string, argument: object): object | undefined => {
    const Constructor = members.get(name);
    return typeof Constructor === 'function' ? Reflect.construct(Constructor, [argument]) : undefined;
  };
  const made = make(client, { ...(await clientSettings(settings)), retryStrategy: retryThrottlingOnly });
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
