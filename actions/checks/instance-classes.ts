import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';

export const instanceClasses: UpgradeCheck = {
  id: 'instanceClasses',
  title: 'The instance classes exist for the target',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'A newer version drops old instance classes (3 has no db.r3, db.r4, db.t2 and db.t3.small). Creating the instances of green would fail after the snapshot has been restored.',
  documentation: AURORA_VERSION_3,
  needs: 'rds:DescribeDBClusters, rds:DescribeDBInstances, rds:DescribeOrderableDBInstanceOptions',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const aws = await awsOf(context);
    const cluster = await context.blueCluster();
    // A plain MySQL version names no engine of RDS; targetVersion says so.
    if (!context.crossing.targetVersion.includes('mysql_aurora')) return [];
    const writer = cluster.members.find(({ isWriter }) => isWriter)?.instanceId;
    const inherited = (await aws.rds.instances(cluster.id)).find(({ id }) => id === writer)?.instanceClass ?? '';
    const green = context.config?.green;
    const wanted = [green?.writer, ...(green?.readers ?? [])].map((instance) => instance?.class ?? inherited);
    const offered = await aws.surroundings.orderableClasses(context.crossing.targetVersion);
    return [...new Set(wanted)]
      .filter((instanceClass) => instanceClass !== '' && !offered.has(instanceClass))
      .map((instanceClass) => ({
        level: 'error',
        object: instanceClass,
        description: `RDS does not offer this class for ${context.crossing.targetVersion} in this region.`,
        cure:
          offered.size > 0
            ? `Set green.writer.class (and those of green.readers) to one of: ${[...offered].sort().slice(0, 20).join(', ')}.`
            : 'RDS offers no class at all for this version: check green.engineVersion and the region.',
      }));
  },
};
