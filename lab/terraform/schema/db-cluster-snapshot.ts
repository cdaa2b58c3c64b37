import { resourceSchema, timeouts } from './schema';

/** `aws_db_cluster_snapshot` of provider 6.25.0. */
export const DB_CLUSTER_SNAPSHOT = resourceSchema({
  attributes: {
    allocated_storage: 'number computed',
    availability_zones: 'list(string) computed',
    db_cluster_identifier: 'string required replaces',
    db_cluster_snapshot_arn: 'string computed',
    db_cluster_snapshot_identifier: 'string required replaces',
    engine: 'string computed',
    engine_version: 'string computed',
    id: 'string optional computed',
    kms_key_id: 'string computed',
    license_model: 'string computed',
    port: 'number computed',
    shared_accounts: 'set(string) optional',
    snapshot_type: 'string computed',
    source_db_cluster_snapshot_arn: 'string computed',
    status: 'string computed',
    storage_encrypted: 'bool computed',
    vpc_id: 'string computed',
  },
  blocks: { timeouts: timeouts('create') },
});
