/** Terraform configuration by which a team takes over green from this tool, as text to be saved as a `.tf` file. Pure. */
import type { GreenNames } from '../config/names';

export interface Adoption {
  readonly name: string;
  readonly names: GreenNames;
  /** Undefined for a clone. */
  readonly snapshot: string | undefined;
  readonly blue: {
    readonly cluster: string;
    /** Where the team's own Terraform has blue, such as `aws_rds_cluster.orders`. */
    readonly addresses: readonly string[];
  };
  /** Whether blue has been given up. */
  readonly isOver: boolean;
  readonly hasRule: boolean;
}

/** No line break at the end. Valid for Terraform 1.7 and later, the first with `removed` blocks. */
export function renderAdoption(adoption: Adoption): string {
  const { name, names, blue, isOver } = adoption;
  const resources = resourcesOf(names);
  return [
    `# Takes over green of the upgrade ${name}. Save it beside your own configuration, then:`,
    '#   terraform plan -generate-config-out=green.tf    writes a resource block for each import',
    '#   terraform apply                                 imports; read the plan first: it must destroy nothing',
    ...(isOver
      ? []
      : [
          '#',
          '# The upgrade is not finalized yet: while both commands and your Terraform change green, they work against each',
          '# other. Run `npm run finalize` first.',
        ]),
    '',
    ...resources.flatMap(({ address, id }) => [
      'import {',
      `  to = ${address}`,
      `  id = ${JSON.stringify(id)}`,
      '}',
      '',
    ]),
    ...letGoOfBlue(blue),
    '# Then this tool forgets green, without destroying anything:',
    `#   terraform -chdir=cdktf.out/stacks/${name} state rm \\`,
    `#     ${ownAddresses(adoption).join(' ')}`,
    '#',
    '# Should green bear the name that blue had in your configuration: once blue is let go of, rename the resource block and add',
    '#   moved {',
    `#     from = ${resources[0]?.address ?? ''}`,
    `#     to   = ${blue.addresses[0] ?? 'aws_rds_cluster.<the name that blue had>'}`,
    '#   }',
  ].join('\n');
}

interface Imported {
  readonly address: string;
  readonly id: string;
}

function resourcesOf(names: GreenNames): readonly Imported[] {
  const label = names.cluster.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(\d)/, '_$1');
  const instances = [names.writer, ...names.readers];
  return [
    { address: `aws_rds_cluster.${label}`, id: names.cluster },
    ...instances.map((id, index) => ({ address: `aws_rds_cluster_instance.${label}_${index + 1}`, id })),
    { address: `aws_rds_cluster_parameter_group.${label}`, id: names.clusterParameterGroup },
    { address: `aws_db_parameter_group.${label}`, id: names.instanceParameterGroup },
  ];
}

/** Blue stays in RDS: the tool stops and deletes it, with a final snapshot, and Terraform must do neither. */
function letGoOfBlue({ cluster, addresses }: Adoption['blue']): readonly string[] {
  if (addresses.length === 0) {
    return [
      `# Blue (${cluster}): if your Terraform has it, name its addresses (--blue-address aws_rds_cluster.orders), delete their`,
      '# resource blocks, and add for each',
      '#   removed {',
      '#     from = <address>',
      '#     lifecycle { destroy = false }',
      '#   }',
      '',
    ];
  }
  return [
    `# Lets go of blue (${cluster}) without destroying it. Delete these resource blocks from your configuration.`,
    ...addresses.flatMap((address) => [
      'removed {',
      `  from = ${address}`,
      '  lifecycle {',
      '    destroy = false',
      '  }',
      '}',
      '',
    ]),
  ];
}

function ownAddresses({ names, snapshot, hasRule }: Adoption): readonly string[] {
  return [
    'aws_rds_cluster.green',
    'aws_rds_cluster_instance.writer',
    ...names.readers.map((_, index) => `aws_rds_cluster_instance.reader_${index + 2}`),
    'aws_rds_cluster_parameter_group.cluster',
    'aws_db_parameter_group.instance',
    ...(snapshot === undefined ? [] : ['aws_db_cluster_snapshot.blue']),
    ...(hasRule ? ['aws_vpc_security_group_ingress_rule.replication'] : []),
  ];
}
