import { familyOf, parseAuroraVersion } from '../mysql/version';
import { translateParameters } from '../parameters/translate';
import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';

export const parameterTranslation: UpgradeCheck = {
  id: 'parameterTranslation',
  title: 'Parameters that cannot be carried to green',
  group: 'platform',
  severity: 'warning',
  whyItMatters:
    'Green gets parameter groups of its own family. What somebody set on blue, and the new family does not know, does not let change or does not allow with this value, is lost unless it is decided on now.',
  documentation: AURORA_VERSION_3,
  needs:
    'rds:DescribeDBClusters, rds:DescribeDBInstances, rds:DescribeDBClusterParameters, rds:DescribeDBParameters, rds:DescribeEngineDefaultClusterParameters, rds:DescribeEngineDefaultParameters',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { rds } = await awsOf(context);
    const cluster = await context.blueCluster();
    if (!context.crossing.targetVersion.includes('mysql_aurora')) return [];
    const family = familyOf(parseAuroraVersion(context.crossing.targetVersion));
    if (family === familyOf(parseAuroraVersion(cluster.engineVersion))) return [];
    const writer = cluster.members.find(({ isWriter }) => isWriter)?.instanceId;
    const group = (await rds.instances(cluster.id)).find(({ id }) => id === writer)?.parameterGroup;
    const green = context.config?.green;
    const { notCarried } = translateParameters({
      blue: {
        family: familyOf(parseAuroraVersion(cluster.engineVersion)),
        groups: {
          cluster: await rds.parameters('cluster', cluster.parameterGroup, 'user'),
          instance: group === undefined ? [] : await rds.parameters('instance', group, 'user'),
        },
        // What becomes of defaults is a check of its own (sysVarsNewDefaults).
        defaults: { cluster: [], instance: [] },
        live: await context.variables(),
      },
      target: {
        family,
        cluster: await rds.familyDefaults('cluster', family),
        instance: await rds.familyDefaults('instance', family),
      },
      config: { cluster: green?.clusterParameters ?? {}, instance: green?.instanceParameters ?? {} },
      tool: {},
    });
    return notCarried.map(({ name, value, reason }) => ({
      level: 'warning',
      object: name,
      description: `Blue sets it to ${value}; ${reason}.`,
      cure: 'Check that nobody depends on it, or set what takes its place in green.clusterParameters or green.instanceParameters.',
    }));
  },
};
