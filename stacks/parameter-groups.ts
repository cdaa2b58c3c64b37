import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group';
import type { Construct } from 'constructs';
import type { Blueprint, DeclaredParameter } from './blueprint';

/**
 * Green's cluster parameter group. Its `read_only` and `event_scheduler` follow the phase in the state file, so a deploy
 * at rest never takes back what a cutover has done.
 */
export function declareClusterParameterGroup(scope: Construct, blueprint: Blueprint): RdsClusterParameterGroup {
  const { config, names, clusterParameters, tags } = blueprint;
  return new RdsClusterParameterGroup(scope, 'cluster', {
    name: names.clusterParameterGroup,
    family: names.family,
    description: `Cluster parameters of ${config.green.cluster}`,
    parameter: clusterParameters.map(toBlock),
    tags: { ...tags },
  });
}

/** Green's instance parameter group, for the writer and all readers. */
export function declareInstanceParameterGroup(scope: Construct, blueprint: Blueprint): DbParameterGroup {
  const { config, names, instanceParameters, tags } = blueprint;
  return new DbParameterGroup(scope, 'instance', {
    name: names.instanceParameterGroup,
    family: names.family,
    description: `Instance parameters of ${config.green.cluster}`,
    parameter: instanceParameters.map(toBlock),
    tags: { ...tags },
  });
}

/** An apply method that is not the parameter's own comes back changed from RDS and shows as a change for ever. */
function toBlock({ name, value, applyMethod }: DeclaredParameter) {
  return { name, value, applyMethod };
}
