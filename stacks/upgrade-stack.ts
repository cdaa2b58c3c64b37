import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Annotations, LocalBackend, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Blueprint } from './blueprint';
import { declareGreenCluster } from './green-cluster';
import { declareGreenInstances } from './green-instances';
import { declareNetworkRules } from './network-rules';
import { declareClusterParameterGroup, declareInstanceParameterGroup } from './parameter-groups';
import { declareSnapshot } from './snapshot';

/** Everything that one upgrade creates. */
export class UpgradeStack extends TerraformStack {
  /** `stateFile`: absolute path of Terraform's own state. */
  constructor(scope: Construct, blueprint: Blueprint, stateFile: string) {
    super(scope, blueprint.config.name);
    new AwsProvider(this, 'aws', { region: blueprint.config.region });
    new LocalBackend(this, { path: stateFile });

    const snapshot = blueprint.config.green.source === 'snapshot' ? declareSnapshot(this, blueprint) : undefined;
    const clusterParameters = declareClusterParameterGroup(this, blueprint);
    const instanceParameters = declareInstanceParameterGroup(this, blueprint);
    const cluster = declareGreenCluster(this, blueprint, { snapshot, clusterParameters, instanceParameters });
    const writer = declareGreenInstances(this, blueprint, cluster, instanceParameters);
    declareNetworkRules(this, blueprint);

    const outputs = {
      cluster_endpoint: cluster.endpoint,
      reader_endpoint: cluster.readerEndpoint,
      writer_instance: writer.identifier,
      cluster_parameter_group: clusterParameters.name,
      instance_parameter_group: instanceParameters.name,
      ...(snapshot ? { snapshot: snapshot.id } : {}),
    };
    for (const [name, value] of Object.entries(outputs)) new TerraformOutput(this, name, { value });

    for (const { name, value, reason } of blueprint.notCarried) {
      Annotations.of(this).addWarning(`parameter ${name}=${value} of blue is not carried to green: ${reason}`);
    }
  }
}
