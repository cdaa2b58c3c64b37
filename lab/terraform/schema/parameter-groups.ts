import { resourceSchema, type AttributeLine, type BlockTable } from './schema';

const GROUP: Readonly<Record<string, AttributeLine>> = {
  arn: 'string computed',
  description: 'string optional replaces',
  family: 'string required replaces',
  id: 'string optional computed',
  name: 'string optional computed replaces',
  name_prefix: 'string optional computed replaces',
};

const PARAMETER: BlockTable = {
  nesting: 'set',
  attributes: { apply_method: 'string optional', name: 'string required', value: 'string required' },
  defaults: { apply_method: 'immediate' },
};

/** `aws_rds_cluster_parameter_group` of provider 6.25.0. */
export const RDS_CLUSTER_PARAMETER_GROUP = resourceSchema({
  attributes: GROUP,
  defaults: { description: 'Managed by Terraform' },
  blocks: { parameter: PARAMETER },
});

/** `aws_db_parameter_group` of provider 6.25.0. */
export const DB_PARAMETER_GROUP = resourceSchema({
  attributes: { ...GROUP, skip_destroy: 'bool optional' },
  defaults: { description: 'Managed by Terraform', skip_destroy: false },
  blocks: { parameter: PARAMETER },
});
