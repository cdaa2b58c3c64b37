import type { UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';

export const targetVersion: UpgradeCheck = {
  id: 'targetVersion',
  title: 'The target is a valid upgrade from blue',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'RDS restores a snapshot at another version only when that is one of its valid upgrade targets; from version 2 to 8.4 the way leads over version 3.',
  documentation: AURORA_MAJOR_UPGRADE,
  needs: 'rds:DescribeDBClusters, rds:DescribeDBEngineVersions',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { engineVersion } = await context.blueCluster();
    const target = context.crossing.targetVersion;
    if (engineVersion === target) return [];
    const offered = await context.aws?.rds.engineVersion(engineVersion);
    const targets = offered?.upgradeTargets.map(({ version }) => version) ?? [];
    if (targets.includes(target)) return [];
    const known = targets.length > 0 ? `Choose green.engineVersion among: ${targets.join(', ')}.` : undefined;
    return [
      {
        level: 'error',
        object: target,
        description: `RDS does not upgrade ${engineVersion} to ${target}.`,
        cure: known ?? `RDS names no upgrade target of ${engineVersion}: upgrade blue to a newer minor version first.`,
      },
    ];
  },
};
