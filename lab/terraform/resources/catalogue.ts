import type { ResourceType } from '../schema/catalogue';
import { cluster } from './cluster';
import { clusterInstance } from './cluster-instance';
import { clusterSnapshot } from './cluster-snapshot';
import { ingressRule } from './ingress-rule';
import { clusterParameterGroup, instanceParameterGroup } from './parameter-group';
import type { Resource } from './resource';

export const RESOURCES: Readonly<Record<ResourceType, Resource>> = {
  aws_db_cluster_snapshot: clusterSnapshot,
  aws_db_parameter_group: instanceParameterGroup,
  aws_rds_cluster: cluster,
  aws_rds_cluster_instance: clusterInstance,
  aws_rds_cluster_parameter_group: clusterParameterGroup,
  aws_vpc_security_group_ingress_rule: ingressRule,
};
