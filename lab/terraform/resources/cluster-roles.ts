import { AddRoleToDBClusterCommand, RemoveRoleFromDBClusterCommand } from '@aws-sdk/client-rds';
import { attempt } from './aws-failure';
import type { Session } from './resource';

/** Roles are no argument of the calls that make or change a cluster. */
export async function updateRoles(
  id: string,
  before: readonly string[],
  after: readonly string[],
  session: Session,
): Promise<void> {
  await attempt(`updating IAM roles of RDS Cluster (${id})`, async () => {
    for (const RoleArn of after.filter((arn) => !before.includes(arn))) {
      await session.rds.send(new AddRoleToDBClusterCommand({ DBClusterIdentifier: id, RoleArn }));
    }
    for (const RoleArn of before.filter((arn) => !after.includes(arn))) {
      await session.rds.send(new RemoveRoleFromDBClusterCommand({ DBClusterIdentifier: id, RoleArn }));
    }
  });
}
