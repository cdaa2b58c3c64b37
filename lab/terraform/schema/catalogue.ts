import { DB_CLUSTER_SNAPSHOT } from './db-cluster-snapshot';
import { INGRESS_RULE } from './ingress-rule';
import { DB_PARAMETER_GROUP, RDS_CLUSTER_PARAMETER_GROUP } from './parameter-groups';
import { RDS_CLUSTER } from './rds-cluster';
import { RDS_CLUSTER_INSTANCE } from './rds-cluster-instance';
import type { ResourceSchema } from './schema';

/** Every resource type that the stand-in knows. */
export const RESOURCE_SCHEMAS = {
  aws_db_cluster_snapshot: DB_CLUSTER_SNAPSHOT,
  aws_db_parameter_group: DB_PARAMETER_GROUP,
  aws_rds_cluster: RDS_CLUSTER,
  aws_rds_cluster_instance: RDS_CLUSTER_INSTANCE,
  aws_rds_cluster_parameter_group: RDS_CLUSTER_PARAMETER_GROUP,
  aws_vpc_security_group_ingress_rule: INGRESS_RULE,
} as const satisfies Readonly<Record<string, ResourceSchema>>;

export type ResourceType = keyof typeof RESOURCE_SCHEMAS;

export function isResourceType(name: string): name is ResourceType {
  return Object.hasOwn(RESOURCE_SCHEMAS, name);
}
