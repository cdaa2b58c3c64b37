/** The green that Terraform would make, as far as it is known before: a copy of blue at the target version. */
import { greenNames } from '../config/names';
import type { UpgradeConfig } from '../config/schema';
import { parseAuroraVersion } from '../mysql/version';
import type { Cluster, Instance } from '../ports/aws';
import type { ParameterPlan } from '../state/format';
import type { SupposedGreen } from './recording-world';

export function supposedGreen(
  config: UpgradeConfig,
  blue: { readonly cluster: Cluster; readonly writer: Instance },
  parameters: ParameterPlan,
): SupposedGreen {
  const names = greenNames(config);
  const { engineVersion } = config.green;
  const id = names.cluster;
  // Both endpoints differ in the identifier only.
  const renamed = (name: string): string => name.replace(blue.cluster.id, id);
  const { readerEndpoint } = blue.cluster;
  return {
    cluster: {
      ...blue.cluster,
      id,
      resourceId: 'known after cdktf deploy',
      arn: '',
      status: 'available',
      engineVersion,
      endpoint: renamed(blue.cluster.endpoint),
      readerEndpoint: readerEndpoint === undefined ? undefined : renamed(readerEndpoint),
      parameterGroup: names.clusterParameterGroup,
      members: [{ instanceId: names.writer, isWriter: true, clusterParameterStatus: 'in-sync' }],
    },
    instances: [
      {
        ...blue.writer,
        id: names.writer,
        clusterId: id,
        status: 'available',
        engineVersion,
        parameterGroup: names.instanceParameterGroup,
        parameterStatus: 'in-sync',
        createdAt: undefined,
      },
    ],
    serverVersion: serverVersionOf(engineVersion),
    variables: new Map([...parameters.cluster.map((one) => [one.name, one.value] as const), ...FIXED]),
    event: 'Binlog position from crash recovery is <from-the-restore-event> 0',
  };
}

const FIXED = [
  ['log_bin', 'ON'],
  ['event_scheduler', 'OFF'],
] as const;

/** The words of statements depend on the series only; Aurora MySQL 3 is 8.0.23 or later from 3.01 on. */
function serverVersionOf(engineVersion: string): string {
  const [major, minor] = parseAuroraVersion(engineVersion).mysql;
  return `${major}.${minor}.${major === 8 && minor === 0 ? 28 : 0}`;
}
