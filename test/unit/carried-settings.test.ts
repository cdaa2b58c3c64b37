/** What of blue goes into the state for Terraform, and what the state is held to. */
import type { Cluster, Instance } from '../../actions/ports/aws';
import { stateShapeProblems } from '../../actions/state/shape';
import { carriedSettings } from '../../actions/steps/carried-settings';
import { BLUE, FACTS, makeState } from '../stacks/fixtures';
import { CLUSTER, INSTANCE } from './checks.fixture';
import { PLAIN_CLUSTER, PLAIN_INSTANCE } from './topology.fixture';

const cluster: Cluster = {
  ...CLUSTER,
  settings: {
    ...PLAIN_CLUSTER,
    logExports: ['audit'],
    roles: [
      { arn: 'arn:aws:iam::1:role/b', feature: '', status: 'ACTIVE' },
      { arn: 'arn:aws:iam::1:role/a', feature: '', status: 'ACTIVE' },
    ],
    serverlessScaling: { minCapacity: 0.5, maxCapacity: 4, autoPauseSeconds: undefined },
    tags: { 'aws:cloudformation:stack-name': 'x', Name: 'orders', team: 'shop' },
  },
};
const writer: Instance = {
  ...INSTANCE,
  settings: {
    ...PLAIN_INSTANCE,
    monitoringSeconds: 60,
    monitoringRoleArn: 'role',
    performanceInsights: { retentionDays: 7, kmsKeyId: undefined },
    tags: { Name: 'orders-1', team: 'shop' },
  },
};

it('is what green is to have too, without what names blue', () => {
  expect(carriedSettings(cluster, writer)).toEqual({
    backupWindow: '04:00-04:30',
    maintenanceWindow: 'sun:06:00-sun:06:30',
    logExports: ['audit'],
    iamAuthentication: false,
    roles: ['arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/b'],
    networkType: 'IPV4',
    storageType: 'aurora',
    serverlessScaling: { minCapacity: 0.5, maxCapacity: 4 },
    tags: { team: 'shop' },
    instances: {
      maintenanceWindow: 'sun:06:00-sun:06:30',
      publiclyAccessible: false,
      caCertificate: 'rds-ca-rsa2048-g1',
      monitoring: { seconds: 60, roleArn: 'role' },
      performanceInsights: { retentionDays: 7 },
      tags: { team: 'shop' },
    },
  });
});

it('names no authority that RDS gives to no new instance', () => {
  const settings = { ...PLAIN_INSTANCE, caCertificate: 'rds-ca-2019' };
  expect(carriedSettings(CLUSTER, { ...INSTANCE, settings }).instances).not.toHaveProperty('caCertificate');
});

it('fits into the state, which may also be without it, and cannot be anything else', () => {
  const problemsOf = (carried: unknown): readonly string[] =>
    stateShapeProblems({ ...makeState(), facts: { ...FACTS, blue: { ...BLUE, carried } } });
  const carried = carriedSettings(cluster, writer);
  expect(problemsOf(carried)).toEqual([]);
  expect(problemsOf(undefined)).toEqual([]);
  expect(problemsOf({ ...carried, iamAuthentication: 'yes' })).toEqual([
    'facts.blue.carried.iamAuthentication is not true or false',
  ]);
  expect(problemsOf({ ...carried, tags: { team: 1 } })).toEqual(['facts.blue.carried.tags.team is not a text']);
});
