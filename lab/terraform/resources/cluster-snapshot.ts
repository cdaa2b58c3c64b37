import {
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  type DBClusterSnapshot,
} from '@aws-sdk/client-rds';
import { overlay, requiredText } from '../state';
import { attempt, unlessGone } from './aws-failure';
import type { Resource, Session } from './resource';
import { readTags, tagList, updateRdsTags } from './tags';
import { retryWhile, waitFor } from './wait';

const GONE = ['DBClusterSnapshotNotFoundFault'];

/** `aws_db_cluster_snapshot`. Sharing with other accounts is left out: the lab has one account. */
export const clusterSnapshot: Resource = {
  async create(planned, session) {
    const id = requiredText(planned, 'db_cluster_snapshot_identifier');
    const command = new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: requiredText(planned, 'db_cluster_identifier'),
      DBClusterSnapshotIdentifier: id,
      Tags: tagList(planned),
    });
    await attempt(`creating RDS DB Cluster Snapshot (${id})`, () =>
      retryWhile(['InvalidDBClusterStateFault'], () => session.rds.send(command), session),
    );
    return id;
  },

  async settle(planned, session) {
    const id = requiredText(planned, 'db_cluster_snapshot_identifier');
    await waitFor(
      {
        what: `waiting for RDS DB Cluster Snapshot (${id}) create`,
        look: async () => (await find(id, session))?.Status,
        pending: ['creating', 'copying'],
        target: ['available'],
      },
      session,
    );
  },

  async read(state, session) {
    const id = requiredText(state, 'id');
    const found = await attempt(`reading RDS DB Cluster Snapshot (${id})`, () => find(id, session));
    if (!found) return undefined;
    return overlay(state, {
      allocated_storage: found.AllocatedStorage,
      availability_zones: found.AvailabilityZones ?? [],
      db_cluster_identifier: found.DBClusterIdentifier,
      db_cluster_snapshot_arn: found.DBClusterSnapshotArn,
      db_cluster_snapshot_identifier: found.DBClusterSnapshotIdentifier,
      engine: found.Engine,
      engine_version: found.EngineVersion,
      kms_key_id: found.KmsKeyId,
      license_model: found.LicenseModel,
      port: found.Port,
      snapshot_type: found.SnapshotType,
      source_db_cluster_snapshot_arn: found.SourceDBClusterSnapshotArn,
      status: found.Status,
      storage_encrypted: found.StorageEncrypted,
      vpc_id: found.VpcId,
      ...readTags(state, found.TagList),
    });
  },

  async update(prior, planned, session) {
    await updateRdsTags(requiredText(prior, 'db_cluster_snapshot_arn'), prior, planned, session);
  },

  async delete(state, session) {
    const id = requiredText(state, 'id');
    await attempt(`deleting RDS DB Cluster Snapshot (${id})`, () =>
      unlessGone(GONE, () => session.rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: id }))),
    );
  },
};

async function find(id: string, session: Session): Promise<DBClusterSnapshot | undefined> {
  const answer = await unlessGone(GONE, () =>
    session.rds.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: id })),
  );
  return answer?.DBClusterSnapshots?.[0];
}
