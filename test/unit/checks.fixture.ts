/** Blue and AWS as the checks see them, answering from tables. */
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import type { UpgradeCheck } from '../../actions/checks/check';
import type { PrecheckReport } from '../../actions/checks/report';
import { runPrechecks } from '../../actions/checks/run-checks';
import { upgradeSchema } from '../../actions/config/schema';
import type { UpgradeEvent } from '../../actions/engine/events';
import type { Aws, Cluster, Instance } from '../../actions/ports/aws';
import type { MysqlServer, Query, Row } from '../../actions/ports/mysql-server';
import { PLAIN_CLUSTER, PLAIN_INSTANCE } from './topology.fixture';

/** Answers by the name of the query; nothing for others. */
export function fakeServer(answers: Readonly<Record<string, readonly Row[] | Error>>, version = '5.7.29'): MysqlServer {
  const session = {
    connectionId: async () => 1,
    read: async <T>(query: Query<T>): Promise<T> => {
      const answer = answers[query.name] ?? [];
      if (answer instanceof Error) throw answer;
      return query.parse(answer);
    },
    run: async () => undefined,
    close: async () => undefined,
  };
  return { ...session, side: 'blue', version, openSession: async () => session, ownConnectionIds: () => [1] };
}

export const CLUSTER: Cluster = {
  id: 'shop',
  resourceId: 'cluster-BLUE',
  arn: 'arn',
  status: 'available',
  engine: 'aurora-mysql',
  engineVersion: '5.7.mysql_aurora.2.12.4',
  endpoint: 'e',
  readerEndpoint: undefined,
  port: 3306,
  masterUsername: 'admin',
  parameterGroup: 'shop-57',
  subnetGroup: undefined,
  securityGroupIds: [],
  kmsKeyId: undefined,
  storageEncrypted: true,
  backupRetentionDays: 1,
  deletionProtection: true,
  managedMasterPassword: false,
  members: [{ instanceId: 'shop-1', isWriter: true, clusterParameterStatus: 'in-sync' }],
  settings: PLAIN_CLUSTER,
};

export const INSTANCE: Instance = {
  id: 'shop-1',
  clusterId: 'shop',
  status: 'available',
  instanceClass: 'db.r6g.large',
  engineVersion: CLUSTER.engineVersion,
  parameterGroup: 'shop-57',
  parameterStatus: 'in-sync',
  promotionTier: 1,
  createdAt: undefined,
  settings: PLAIN_INSTANCE,
};

export function fakeAws(cluster: Cluster | undefined, surroundings: Partial<Aws['surroundings']> = {}): Aws {
  const unused = async (): Promise<never> => {
    throw new Error('not asked');
  };
  return {
    rds: {
      cluster: async () => cluster,
      instances: async () => [INSTANCE],
      engineVersion: async (version) => ({
        version,
        family: 'aurora-mysql5.7',
        upgradeTargets: [{ version: '8.0.mysql_aurora.3.08.2', isMajor: true }],
      }),
      parameterGroupFamily: unused,
      parameters: async (level) =>
        level === 'cluster'
          ? [
              {
                name: 'query_cache_type',
                value: '1',
                source: 'user',
                applyType: 'static',
                isModifiable: true,
                allowedValues: undefined,
              },
            ]
          : [],
      familyDefaults: async () => [],
      proxyTargets: unused,
      instanceEvents: unused,
    },
    surroundings: {
      proxiesOf: async () => [],
      zeroEtlIntegrationsOf: async () => [],
      customEndpointsOf: async () => [],
      globalDatabaseOf: async () => undefined,
      readerScalingOf: async () => undefined,
      subnetGroup: async () => undefined,
      ingressRules: async () => [],
      orderableClasses: async () => new Set(['db.r6g.large']),
      recentMaximum: async () => 0,
      ...surroundings,
    },
    metrics: { series: unused },
    dns: { records: unused, changeStatus: unused },
    secrets: { credentials: unused, value: unused, stages: unused },
    ssm: { parameter: unused },
    callerArn: unused,
    prepare: unused,
    run: unused,
  };
}

export const CONFIG = upgradeSchema.parse({
  name: 'shop-upgrade',
  region: 'eu-west-1',
  blue: { cluster: 'shop' },
  green: { cluster: 'shop-green', engineVersion: '8.0.mysql_aurora.3.08.2' },
  cutover: { passingAccounts: ['etl@%'] },
  endpoints: [{ kind: 'route53', zoneId: 'Z0123456789', name: 'db.example.com' }],
});

export function run(options: {
  answers?: Readonly<Record<string, readonly Row[] | Error>>;
  aws?: Aws;
  only?: readonly string[];
  checks?: readonly UpgradeCheck[];
  target?: string;
  events?: UpgradeEvent[];
}): Promise<PrecheckReport> {
  return runPrechecks({
    server: fakeServer(options.answers ?? {}),
    ...(options.aws ? { aws: options.aws } : {}),
    config: CONFIG,
    sourceVersion: '5.7.mysql_aurora.2.12.4',
    targetVersion: options.target ?? '8.0.mysql_aurora.3.08.2',
    emit: (event) => options.events?.push(event),
    checks: options.checks ?? UPGRADE_CHECKS.filter(({ id }) => options.only?.includes(id) ?? true),
  });
}
