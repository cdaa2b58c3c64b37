/** Names of what Terraform creates; the actions find green by the same names. */
import { familyOf, parseAuroraVersion } from '../mysql/version';
import type { UpgradeConfig } from './schema';

export interface GreenNames {
  readonly cluster: string;
  readonly writer: string;
  readonly readers: readonly string[];
  readonly clusterParameterGroup: string;
  readonly instanceParameterGroup: string;
  readonly snapshot: string;
  readonly family: string;
}

export function greenNames(config: UpgradeConfig): GreenNames {
  const { cluster, readers, engineVersion } = config.green;
  const family = familyOf(parseAuroraVersion(engineVersion));
  const suffix = family.replace('aurora-mysql', '').replace('.', '-');
  return {
    cluster,
    writer: `${cluster}-1`,
    readers: readers.map((_, index) => `${cluster}-${index + 2}`),
    clusterParameterGroup: `${cluster}-cluster-${suffix}`,
    instanceParameterGroup: `${cluster}-instance-${suffix}`,
    snapshot: config.green.snapshot ?? `${config.name}-before-upgrade`,
    family,
  };
}
