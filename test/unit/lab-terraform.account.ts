/** The lab's AWS account with a blue cluster, its engine replaced by one that runs nothing. */
import { createAwsEndpoint, type AwsEndpoint } from '../../lab/aws/endpoint';
import { DEFAULT_SECURITY_GROUP_ID } from '../../lab/aws/new-document';
import { openAwsStore } from '../../lab/aws/store';
import type { EngineHost, LabNetwork } from '../../lab/contract';

export const REGION = 'eu-west-1';
export const BLUE_VERSION = '5.7.mysql_aurora.2.12.4';
export const SECURITY_GROUP = DEFAULT_SECURITY_GROUP_ID;

export interface Account {
  readonly endpoint: AwsEndpoint;
  /** What Terraform, the provider and the SDK need to reach it. */
  readonly environment: Readonly<Record<string, string>>;
}

const done = (): Promise<void> => Promise.resolve();

const engine: EngineHost = {
  startWriter: ({ origin }) =>
    Promise.resolve({
      backend: { host: '127.0.0.1', port: 1 },
      ...(origin.kind === 'seed'
        ? {}
        : { recoveredCoordinates: { file: 'mysql-bin-changelog.000002', position: 154 } }),
    }),
  reboot: done,
  applyDynamic: done,
  takeSnapshot: done,
  deleteSnapshot: done,
  stop: done,
  start: done,
  destroy: done,
  setMasterPassword: done,
};

const network: LabNetwork = {
  openEndpoint: ({ name }) => Promise.resolve({ name, address: '127.0.0.2' }),
  closeEndpoint: done,
};

const QUICK = {
  clusterCreateMs: 20,
  instanceCreateMs: 20,
  modifyMs: 20,
  rebootMs: 20,
  snapshotMs: 20,
  deleteMs: 20,
};

/** An account in which the cluster `orders` with the instance `orders-1` is available. */
export async function openAccount(): Promise<Account> {
  const endpoint = createAwsEndpoint({ store: openAwsStore({ region: REGION }), engine, network, timing: QUICK });
  const { url } = await endpoint.listen({ host: '127.0.0.1', port: 0 });
  endpoint.seedBlueCluster({
    clusterId: 'orders',
    instanceIds: ['orders-1'],
    engineVersion: BLUE_VERSION,
    masterUsername: 'admin',
    masterPassword: 'secret-of-the-test',
  });
  await endpoint.idle();
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  };
}
