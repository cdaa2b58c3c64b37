/** Settings of a plain cluster and instance, as RDS tells them when nobody has set anything. */
import type { ClusterSettings, InstanceSettings } from '../../actions/ports/topology';

export const PLAIN_CLUSTER: ClusterSettings = {
  networkType: 'IPV4',
  storageType: 'aurora',
  backupWindow: '04:00-04:30',
  maintenanceWindow: 'sun:06:00-sun:06:30',
  logExports: [],
  iamAuthentication: false,
  roles: [],
  copyTagsToSnapshot: true,
  backtrackSeconds: 0,
  serverlessScaling: undefined,
  tags: {},
  databaseInsights: 'standard',
  activityStream: undefined,
  dataApi: false,
  localWriteForwarding: false,
  directories: [],
  replicaClusters: [],
  replicationSource: undefined,
};

export const PLAIN_INSTANCE: InstanceSettings = {
  availabilityZone: 'eu-west-1a',
  maintenanceWindow: 'sun:06:00-sun:06:30',
  publiclyAccessible: false,
  autoMinorVersionUpgrade: false,
  caCertificate: 'rds-ca-rsa2048-g1',
  copyTagsToSnapshot: true,
  monitoringSeconds: 0,
  monitoringRoleArn: undefined,
  performanceInsights: undefined,
  tags: {},
};
