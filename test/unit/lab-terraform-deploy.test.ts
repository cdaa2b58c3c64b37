/** The real terraform, our stack, the stand-in and the lab's AWS together; the port that counts pending changes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeDBClusterParametersCommand, ModifyDBClusterParameterGroupCommand } from '@aws-sdk/client-rds';
import { UpgradeError } from '../../actions/engine/errors';
import { DEPLOY_TIMEOUT_MS, describeWithTerraform, openDeployment, type Deployment } from './lab-terraform.deployment';

jest.setTimeout(DEPLOY_TIMEOUT_MS);

const GREEN = '{ cluster: orders-green, engineVersion: 8.0.mysql_aurora.3.08.2, readers: [{}] }';
const GROUP = 'orders-green-cluster-8-0';

describeWithTerraform('a deployed snapshot upgrade', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment();
    deployment.writeUpgrade(GREEN);
  });

  afterAll(async () => {
    await deployment.close();
  });

  async function setByHand(values: Record<string, string>): Promise<void> {
    const Parameters = Object.entries(values).map(([ParameterName, ParameterValue]) => ({
      ParameterName,
      ParameterValue,
      ApplyMethod: 'immediate' as const,
    }));
    await deployment.rds.send(
      new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName: GROUP, Parameters }),
    );
  }

  async function userParameters(): Promise<Record<string, string | undefined>> {
    const command = new DescribeDBClusterParametersCommand({ DBClusterParameterGroupName: GROUP, Source: 'user' });
    const { Parameters = [] } = await deployment.rds.send(command);
    return Object.fromEntries(Parameters.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]));
  }

  test('makes green in one run, after which nothing is pending', async () => {
    deployment.writeState();
    expect(await deployment.pending()).toEqual([
      'create aws_db_cluster_snapshot.blue',
      'create aws_db_parameter_group.instance',
      'create aws_rds_cluster.green',
      'create aws_rds_cluster_instance.reader_2',
      'create aws_rds_cluster_instance.writer',
      'create aws_rds_cluster_parameter_group.cluster',
      'create aws_vpc_security_group_ingress_rule.replication',
      'create output.cluster_endpoint',
      'create output.cluster_parameter_group',
      'create output.instance_parameter_group',
      'create output.reader_endpoint',
      'create output.snapshot',
      'create output.writer_instance',
    ]);
    await deployment.apply();
    expect(await deployment.pending()).toEqual([]);
    expect(await userParameters()).toMatchObject({ binlog_format: 'ROW', event_scheduler: 'OFF', read_only: '1' });
  });

  test("keeps Terraform's state beside upgrade.yaml", () => {
    const state = readFileSync(join(deployment.folder, 'terraform.orders-v3.tfstate'), 'utf8');
    expect(state).toContain('"orders-green"');
  });

  test('declares after a cutover what the cutover has set, and drift before it', async () => {
    await setByHand({ read_only: '0', event_scheduler: 'ON' });
    deployment.writeState({ phase: 'replicating' });
    expect(await deployment.pending()).toEqual(['update aws_rds_cluster_parameter_group.cluster parameter']);
    deployment.writeState({ phase: 'switched' });
    expect(await deployment.pending()).toEqual([]);
  });

  test('cannot be planned while a cutover is under way, and the reason is passed on', async () => {
    deployment.writeState({
      phase: 'replicating',
      cutover: { id: 'c1', direction: 'cutover', state: 'fencing', startedAt: '2026-11-20T12:00:00Z' },
    });
    const error = await deployment
      .port()
      .pendingChanges()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpgradeError);
    expect(error).toMatchObject({
      code: 'terraform-synth-failed',
      hint: expect.stringContaining('a cutover is under way (fencing)') as string,
    });
    deployment.writeState({ phase: 'switched' });
  });

  test('cannot be planned without the program, and where to get it is said', async () => {
    await expect(deployment.port('no-such-terraform').pendingChanges()).rejects.toMatchObject({
      code: 'terraform-missing',
      hint: expect.stringContaining('developer.hashicorp.com/terraform/install') as string,
    });
  });

  test('survives an attempt to destroy the stack', async () => {
    const { exitCode, output } = await deployment.terraform('destroy', '-auto-approve', '-input=false', '-no-color');
    expect(exitCode).toBe(1);
    expect(output).toContain('Instance cannot be destroyed');
    expect(output).toContain('aws_rds_cluster.green');
    expect(await deployment.pending()).toEqual([]);
  });

  test('reports an error of AWS with the address of the resource', async () => {
    deployment.writeUpgrade(GREEN.replace('[{}]', '[{}, {}]'));
    expect(await deployment.pending()).toEqual(['create aws_rds_cluster_instance.reader_3']);
    const { faults } = deployment.account.endpoint;
    faults.add({ match: { service: 'rds', action: 'CreateDBInstance' }, effect: 'denied', times: 9 });
    const { exitCode, output } = await deployment.terraform('apply', '-auto-approve', '-input=false', '-no-color');
    faults.clear();
    expect(exitCode).toBe(1);
    expect(output).toMatch(/creating RDS Cluster \(orders-green\) Instance \(orders-green-3\): AccessDenied/);
    expect(output).toContain('with aws_rds_cluster_instance.reader_3');
  });

  test('fails on a misspelt attribute', async () => {
    const file = join(deployment.stackFolder, 'cdk.tf.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"deletion_protection"', '"deletion_protecton"'));
    const { exitCode, output } = await deployment.terraform('validate', '-no-color');
    expect(exitCode).toBe(1);
    expect(output).toContain('"deletion_protecton"');
  });
});
