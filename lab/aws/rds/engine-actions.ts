import type {
  DBEngineVersionMessage,
  DescribeDBEngineVersionsMessage,
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOption,
  OrderableDBInstanceOptionsMessage,
} from '@aws-sdk/client-rds';
import { pageOf } from '../paging';
import { ENGINE_VERSIONS, instanceClassesOf, upgradeTargetsOf } from '../parameters/engine-versions';
import { familyOf } from '../parameters/families';
import type { Handlers, World } from '../world';

const LOG_TYPES = ['audit', 'error', 'general', 'instance', 'slowquery', 'iam-db-auth-error'];

/** What is on offer: versions with their upgrade targets, and instance classes. */
export function engineActions(world: World): Handlers {
  return {
    DescribeDBEngineVersions(input: DescribeDBEngineVersionsMessage): DBEngineVersionMessage {
      const wanted = (isOurs(input.Engine) ? ENGINE_VERSIONS : []).filter(
        (version) =>
          (input.EngineVersion === undefined ||
            version === input.EngineVersion ||
            version.startsWith(`${input.EngineVersion}.`)) &&
          (input.DBParameterGroupFamily === undefined || familyOf(version) === input.DBParameterGroupFamily),
      );
      const versions = input.DefaultOnly === true ? wanted.slice(-1) : wanted;
      const { items, marker } = pageOf(versions, input);
      return { Marker: marker, DBEngineVersions: items.map(toEngineVersion) };
    },
    DescribeOrderableDBInstanceOptions(
      input: DescribeOrderableDBInstanceOptionsMessage,
    ): OrderableDBInstanceOptionsMessage {
      const zones = ['a', 'b', 'c'].map((zone) => ({ Name: `${world.store.document.region}${zone}` }));
      const options = (isOurs(input.Engine) ? ENGINE_VERSIONS : [])
        .filter((version) => input.EngineVersion === undefined || version === input.EngineVersion)
        .flatMap((version) => instanceClassesOf(version).map((instanceClass) => ({ version, instanceClass })))
        .filter(({ instanceClass }) => input.DBInstanceClass === undefined || instanceClass === input.DBInstanceClass)
        .map(({ version, instanceClass }): OrderableDBInstanceOption => ({
          Engine: 'aurora-mysql',
          EngineVersion: version,
          DBInstanceClass: instanceClass,
          LicenseModel: 'general-public-license',
          AvailabilityZones: zones,
          MultiAZCapable: false,
          ReadReplicaCapable: false,
          Vpc: true,
          SupportsStorageEncryption: true,
          StorageType: 'aurora',
          SupportsPerformanceInsights: true,
          SupportedEngineModes: ['provisioned'],
          SupportsClusters: true,
          SupportedNetworkTypes: ['IPV4'],
        }));
      const { items, marker } = pageOf(options, input);
      return { Marker: marker, OrderableDBInstanceOptions: [...items] };
    },
  };
}

function isOurs(engine: string | undefined): boolean {
  return engine === undefined || engine === 'aurora-mysql';
}

function toEngineVersion(version: string) {
  const family = familyOf(version);
  return {
    Engine: 'aurora-mysql',
    MajorEngineVersion: version.split('.').slice(0, 2).join('.'),
    EngineVersion: version,
    DBParameterGroupFamily: family,
    DBEngineDescription: 'Aurora MySQL',
    DBEngineVersionDescription: `Aurora (MySQL ${version.split('.').slice(0, 2).join('.')}) ${version.split('aurora.')[1] ?? ''}`,
    ValidUpgradeTarget: upgradeTargetsOf(version).map((target) => ({
      Engine: 'aurora-mysql',
      EngineVersion: target.version,
      Description: `Aurora MySQL ${target.version}`,
      AutoUpgrade: false,
      IsMajorVersionUpgrade: target.isMajor,
      SupportedEngineModes: ['provisioned'],
    })),
    ExportableLogTypes: LOG_TYPES,
    SupportsLogExportsToCloudwatchLogs: true,
    SupportsReadReplica: false,
    SupportedEngineModes: ['provisioned'],
    Status: 'available',
    SupportsParallelQuery: true,
    SupportsGlobalDatabases: true,
    SupportsBabelfish: false,
    SupportsCertificateRotationWithoutRestart: true,
    SupportedCACertificateIdentifiers: ['rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'],
  };
}
