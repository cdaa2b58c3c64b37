import { parseAuroraVersion } from '../mysql/version';
import type { UpgradeCheck } from './check';

export const auroraVersion: UpgradeCheck = {
  id: 'auroraVersion',
  title: 'Aurora MySQL 2.10 or later',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'Before 2.10.0 the position that a restored cluster reports could be wrong: replication would begin at the wrong place without an error.',
  documentation: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.Updates.2100.html',
  needs: 'rds:DescribeDBClusters',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { engineVersion } = await context.blueCluster();
    const [generation = 0, minor = 0] = parseAuroraVersion(engineVersion).aurora;
    if (generation > 2 || (generation === 2 && minor >= 10)) return [];
    return [
      {
        level: 'error',
        object: engineVersion,
        description: 'Blue is older than Aurora MySQL 2.10.0.',
        cure: 'Upgrade blue to the newest 2.x version first; that is a minor upgrade.',
      },
    ];
  },
};
