/** The two deploys of an upgrade by clone, with the real terraform. */
import { DescribeDBClustersCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { FACTS } from '../stacks/fixtures';
import {
  DEPLOY_TIMEOUT_MS,
  describeWithTerraform,
  LAB_BLUE,
  openDeployment,
  type Deployment,
} from './lab-terraform.deployment';

jest.setTimeout(DEPLOY_TIMEOUT_MS);

describeWithTerraform('a deployed clone', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment();
    deployment.writeUpgrade(
      '{ cluster: orders-green, engineVersion: 8.0.mysql_aurora.3.08.2, source: clone, deletionProtection: false }',
    );
    deployment.writeState();
  });

  afterAll(async () => {
    await deployment.close();
  });

  async function green(): Promise<Record<string, string | undefined>> {
    const { DBClusters = [] } = await deployment.rds.send(
      new DescribeDBClustersCommand({ DBClusterIdentifier: 'orders-green' }),
    );
    const { DBInstances = [] } = await deployment.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'orders-green-1' }),
    );
    return {
      version: DBClusters[0]?.EngineVersion,
      clusterGroup: DBClusters[0]?.DBClusterParameterGroup,
      instanceGroup: DBInstances[0]?.DBParameterGroups?.[0]?.DBParameterGroupName,
    };
  }

  test("is blue's equal after the first deploy, and nothing is pending", async () => {
    await deployment.pending();
    await deployment.apply();
    expect(await green()).toEqual({
      version: '5.7.mysql_aurora.2.12.4',
      clusterGroup: 'default.aurora-mysql5.7',
      instanceGroup: 'default.aurora-mysql5.7',
    });
    expect(await deployment.pending()).toEqual([]);
  });

  test('is upgraded with its new groups by the second, and nothing is pending', async () => {
    deployment.writeState({
      facts: { ...FACTS, blue: LAB_BLUE, green: { ...LAB_BLUE, clusterId: 'orders-green' } },
    });
    expect(await deployment.pending()).toEqual([
      'update aws_rds_cluster.green allow_major_version_upgrade db_cluster_parameter_group_name db_instance_parameter_group_name engine_version',
      'update aws_rds_cluster_instance.writer db_parameter_group_name',
    ]);
    await deployment.apply();
    expect(await green()).toEqual({
      version: '8.0.mysql_aurora.3.08.2',
      clusterGroup: 'orders-green-cluster-8-0',
      instanceGroup: 'orders-green-instance-8-0',
    });
    expect(await deployment.pending()).toEqual([]);
  });

  test('leaves a final snapshot when it is destroyed', async () => {
    const { exitCode, output } = await deployment.terraform('destroy', '-auto-approve', '-input=false', '-no-color');
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const deletions = deployment.account.endpoint.requests().filter(({ action }) => action === 'DeleteDBCluster');
    expect(deletions.map(({ input }) => input)).toMatchObject([
      {
        DBClusterIdentifier: 'orders-green',
        FinalDBSnapshotIdentifier: 'orders-green-final',
        SkipFinalSnapshot: false,
      },
    ]);
  });
});
