/** What of a cluster as RDS describes it green is to have too. */
import type { Cluster, Instance } from '../ports/aws';
import { isUserTag, type CarriedInstanceSettings, type CarriedSettings } from '../state/carried-settings';

export function carriedSettings({ settings }: Cluster, writer: Instance): CarriedSettings {
  const { serverlessScaling: scaling } = settings;
  return {
    backupWindow: settings.backupWindow,
    maintenanceWindow: settings.maintenanceWindow,
    logExports: settings.logExports,
    iamAuthentication: settings.iamAuthentication,
    roles: settings.roles.map(({ arn }) => arn).sort(),
    networkType: settings.networkType,
    storageType: settings.storageType,
    ...(scaling && {
      serverlessScaling: {
        minCapacity: scaling.minCapacity,
        maxCapacity: scaling.maxCapacity,
        ...(scaling.autoPauseSeconds !== undefined && { autoPauseSeconds: scaling.autoPauseSeconds }),
      },
    }),
    tags: userTags(settings.tags),
    instances: ofInstances(writer),
  };
}

function ofInstances({ settings }: Instance): CarriedInstanceSettings {
  const { caCertificate, monitoringSeconds: seconds, monitoringRoleArn: roleArn, performanceInsights } = settings;
  return {
    maintenanceWindow: settings.maintenanceWindow,
    publiclyAccessible: settings.publiclyAccessible,
    // It has expired, and RDS gives it to no new instance.
    ...(caCertificate !== undefined && caCertificate !== 'rds-ca-2019' && { caCertificate }),
    ...(seconds > 0 && roleArn !== undefined && { monitoring: { seconds, roleArn } }),
    ...(performanceInsights && {
      performanceInsights: {
        retentionDays: performanceInsights.retentionDays,
        ...(performanceInsights.kmsKeyId !== undefined && { kmsKeyId: performanceInsights.kmsKeyId }),
      },
    }),
    tags: userTags(settings.tags),
  };
}

function userTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => isUserTag(name)));
}
