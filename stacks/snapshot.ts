import { DbClusterSnapshot } from '@cdktf/provider-aws/lib/db-cluster-snapshot';
import type { Construct } from 'constructs';
import type { Blueprint } from './blueprint';

/**
 * The manual snapshot of blue that green is restored from, and the last resort if everything else fails.
 *
 * Destroying the resource would delete the snapshot, so `prevent_destroy` refuses any plan that does. To destroy the rest
 * of the stack and keep the snapshot, take it out of Terraform's hands first, then destroy:
 * `terraform -chdir=cdktf.out/stacks/<name> state rm aws_db_cluster_snapshot.blue`. To delete it too, set
 * `green.deleteSnapshotOnDestroy: true`.
 */
export function declareSnapshot(scope: Construct, { config, names, blue, tags }: Blueprint): DbClusterSnapshot {
  return new DbClusterSnapshot(scope, 'blue', {
    dbClusterIdentifier: blue.clusterId,
    dbClusterSnapshotIdentifier: names.snapshot,
    tags: { ...tags },
    lifecycle: { preventDestroy: !config.green.deleteSnapshotOnDestroy },
  });
}
