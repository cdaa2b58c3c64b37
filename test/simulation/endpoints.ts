/**
 * Every kind of endpoint over one address, the one that the application of the simulated world uses. Whoever changes it after
 * a change of which the outcome is unknown must have looked first (I7), in whatever process.
 */
import { OutcomeUnknownError, UpgradeError } from '../../actions/engine/errors';
import type { Aws, AwsCall, AwsReply, DnsRecord } from '../../actions/ports/aws';
import type { SimulatedProcess } from './process';
import { SIDES } from './world-data';
import type { SimulatedWorld } from './world';

/** The zone in which the name is a weighted set with a record for each cluster. */
export const WEIGHTED_ZONE = 'ZWEIGHTED';
export const WEIGHTED_IDS = { blue: 'orders-blue', green: 'orders-green' } as const;

const PASSWORD = 'only the application knows';

type Ask = <T>(text: string, act: () => T) => Promise<T>;
type Readers = Pick<Aws, 'dns' | 'secrets' | 'ssm'> & Pick<Aws['rds'], 'proxyTargets'>;

export function endpointReaders({ world }: SimulatedProcess, ask: Ask): Readers {
  const { data } = world;
  const look = <T>(text: string, act: (host: string) => T): Promise<T> =>
    ask(text, () => {
      data.record.isUnclear = false;
      return act(data.record.value);
    });
  return {
    dns: {
      records: (zone, name) =>
        look(`route53 records ${name}`, (host) =>
          zone === WEIGHTED_ZONE ? weighted(world, name) : [cname(name, host)],
        ),
      changeStatus: () => ask('route53 change', () => (data.now >= data.record.inSyncAt ? 'INSYNC' : 'PENDING')),
    },
    secrets: {
      credentials: () => Promise.reject(new UpgradeError('no secret here', { code: 'simulated', source: 'aws' })),
      value: (id) =>
        look(`secret ${id}`, (host) => ({
          versionId: data.record.versions.at(-1) ?? '',
          text: JSON.stringify({ username: 'orders_app', password: PASSWORD, host, port: 3306 }),
        })),
      stages: (id) =>
        ask(`stages of ${id}`, () => ({
          AWSCURRENT: data.record.versions.at(-1) ?? '',
          AWSPREVIOUS: data.record.versions.at(-2) ?? '',
        })),
    },
    ssm: {
      parameter: (name) =>
        look(`parameter ${name}`, (value) => ({ type: 'String', value, version: 1, keyId: undefined })),
    },
    proxyTargets: (proxy) =>
      look(`targets of ${proxy}`, (host) =>
        SIDES.flatMap((side) => data.clusters[side] ?? [])
          .filter(({ endpoint }) => endpoint === host)
          .map(({ id }) => ({
            clusterId: id,
            targetId: `${id}-1`,
            role: 'READ_WRITE',
            state: data.now >= data.record.inSyncAt ? 'AVAILABLE' : 'REGISTERING',
            reason: undefined,
          })),
      ),
  };
}

function cname(name: string, value: string): DnsRecord {
  return { name, type: 'CNAME', ttlSeconds: 1, values: [value], setIdentifier: undefined, weight: undefined };
}

function weighted({ data }: SimulatedWorld, name: string): readonly DnsRecord[] {
  return SIDES.map((side) => {
    const host = data.clusters[side]?.endpoint ?? '';
    return {
      ...cname(name, host),
      setIdentifier: WEIGHTED_IDS[side],
      weight: host === data.record.value ? 100 : 0,
    };
  });
}

/** Runs a change of the application's address under rule I7; a process that dies in it leaves it unclear. */
export async function guarded<T>(world: SimulatedWorld, change: () => Promise<T>): Promise<T> {
  const { record } = world.data;
  if (record.isUnclear) world.violated('I7', 'an endpoint was switched again without a look at it');
  record.isUnclear = true;
  try {
    const done = await change();
    record.isUnclear = false;
    return done;
  } catch (error) {
    record.isUnclear = error instanceof OutcomeUnknownError;
    throw error;
  }
}

export function isEndpointCall({ action }: AwsCall): boolean {
  return ENDPOINT_ACTS[action] !== undefined;
}

/** What the calls of endpoints change. */
export const ENDPOINT_ACTS: Readonly<Record<string, (world: SimulatedWorld, call: AwsCall) => AwsReply | undefined>> = {
  ChangeResourceRecordSets(world, { input }) {
    const changes = (input['ChangeBatch'] as ChangeBatch).Changes.map((change) => change.ResourceRecordSet);
    const served = changes.find(({ Weight }) => Weight === undefined || Weight > 0);
    world.pointApplicationAt(served?.ResourceRecords[0]?.Value ?? '');
    return { changeId: `C${world.data.nextId++}` };
  },
  PutSecretValue(world, { input, secrets }) {
    const { record } = world.data;
    const token = String(input['ClientRequestToken']);
    if (record.versions.includes(token)) return undefined;
    const { host, password } = JSON.parse(secrets?.['SecretString'] ?? '{}') as Record<string, string>;
    if (password !== PASSWORD) world.violated('P2', 'a secret has lost a member that is not the tool’s');
    record.versions.push(token);
    world.pointApplicationAt(host ?? '');
    return undefined;
  },
  PutParameter(world, { input }) {
    world.pointApplicationAt(String(input['Value']));
    return undefined;
  },
  DeregisterDBProxyTargets({ data }, { input }) {
    const [id] = input['DBClusterIdentifiers'] as readonly string[];
    const registered = SIDES.find((side) => data.clusters[side]?.endpoint === data.record.value);
    if (registered === undefined || data.clusters[registered]?.id !== id) throw refused('DBProxyTargetNotFoundFault');
    data.record.value = '';
    return undefined;
  },
  RegisterDBProxyTargets(world, { input }) {
    const [id] = input['DBClusterIdentifiers'] as readonly string[];
    if (world.data.record.value !== '') throw refused('DBProxyTargetAlreadyRegisteredFault');
    const side = SIDES.find((one) => world.data.clusters[one]?.id === id);
    world.pointApplicationAt((side && world.data.clusters[side]?.endpoint) ?? '');
    return undefined;
  },
};

interface ChangeBatch {
  readonly Changes: readonly {
    readonly ResourceRecordSet: {
      readonly Weight?: number;
      readonly ResourceRecords: readonly { readonly Value: string }[];
    };
  }[];
}

function refused(code: string): UpgradeError {
  return new UpgradeError(code, { code, source: 'aws' });
}
