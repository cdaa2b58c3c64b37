/** How the application reaches a side: the same network, port and rules, or it does not reach it at all. */
import { phaseSecurityGroups } from '../../state/declared';
import { CARRIED, modifyGreen } from './cures';
import { sourcesOf, uncovered } from './ingress';
import type { Compared, Finding, Setting } from './topology';

export const networkSettings: readonly Setting[] = [
  {
    name: 'port',
    of: ({ cluster }) => String(cluster.port),
    differs: ({ blue, green }) => ({
      verdict: 'blocks',
      reason: `Names that are switched lead to another host at the same port: clients would ask green at ${blue.cluster.port}, and it listens on ${green.cluster.port}.`,
      cure: CARRIED,
    }),
  },
  {
    name: 'security groups',
    of: ({ cluster }) => [...cluster.securityGroupIds].sort().join(', ') || null,
    isSame: (compared) =>
      fenceGroups(compared, 'green') === undefined && groupsOf(compared.blue) === groupsOf(compared.green),
    differs: securityGroupsDiffer,
  },
  {
    name: 'subnet group',
    of: ({ cluster, subnets }) =>
      cluster.subnetGroup === undefined
        ? null
        : `${cluster.subnetGroup}${subnets === undefined ? '' : ` in ${subnets.vpcId}`}`,
    isSame: ({ blue, green }) =>
      blue.subnets?.vpcId === green.subnets?.vpcId &&
      (blue.cluster.subnetGroup === green.cluster.subnetGroup ||
        blue.subnets?.subnetIds.join() === green.subnets?.subnetIds.join()),
    differs: subnetsDiffer,
  },
  {
    name: 'network type',
    of: ({ cluster }) => cluster.settings.networkType,
    differs: ({ blue }) =>
      blue.cluster.settings.networkType === 'DUAL'
        ? {
            verdict: 'blocks',
            reason:
              'Blue answers by IPv4 and IPv6, green by IPv4 only: clients that have IPv6 alone could not connect.',
            cure: CARRIED,
          }
        : {
            verdict: 'warns',
            reason: 'Green answers by IPv6 too, which the rules of its security groups may not have been written for.',
            cure: CARRIED,
          },
  },
  {
    name: 'directory',
    of: ({ cluster }) => cluster.settings.directories.join(', ') || null,
    differs: (compared) =>
      compared.blue.cluster.settings.directories.length === 0
        ? {
            verdict: 'expected',
            reason: 'Green has joined a directory and blue has not; accounts that do not use it log in as before.',
            cure: [],
          }
        : {
            verdict: 'blocks',
            reason: 'Accounts that log in by Kerberos need the directory that blue has joined.',
            cure: [
              modifyGreen(
                compared,
                `--domain ${compared.blue.cluster.settings.directories.join(',')}`,
                '--domain-iam-role-name ROLE',
              ),
            ],
          },
  },
];

function groupsOf({ cluster }: Compared['blue']): string {
  return [...cluster.securityGroupIds].sort().join();
}

function fenceGroups({ config }: Compared, side: 'blue' | 'green'): readonly string[] | undefined {
  return config.cutover.fences[side].find((fence) => fence.kind === 'security-group')?.openGroups;
}

/** What counts is what each side lets in while it serves; a fence changes the groups themselves. */
function securityGroupsDiffer(compared: Compared): Finding {
  const { blue, green, rules, config, phase } = compared;
  const { port } = blue.cluster;
  const ofBlue = fenceGroups(compared, 'blue') ?? blue.cluster.securityGroupIds;
  const fence = fenceGroups(compared, 'green');
  const ofGreen = fence ?? green.cluster.securityGroupIds;
  const missing = uncovered(sourcesOf(rules, ofBlue, port), sourcesOf(rules, ofGreen, port));
  if (missing.length > 0) {
    return {
      verdict: 'blocks',
      reason: `On port ${port} blue lets in ${missing.join(', ')}; green, once it serves, does not: clients there could not connect.`,
      cure: fence
        ? ['`openGroups` of the fence of kind security-group in `cutover.fences.green` in upgrade.yaml']
        : CARRIED,
    };
  }
  const declared = phaseSecurityGroups(phase, { securityGroupIds: ofBlue }, config.cutover.fences.green);
  if ([...declared].sort().join() !== groupsOf(green)) {
    return {
      verdict: 'warns',
      reason: 'Green has other security groups than Terraform declares: the next deploy would change them.',
      cure: CARRIED,
    };
  }
  const more = uncovered(sourcesOf(rules, ofGreen, port), sourcesOf(rules, ofBlue, port));
  if (more.length > 0) {
    return {
      verdict: 'warns',
      reason: `On port ${port} green, once it serves, lets in ${more.join(', ')}, which blue does not.`,
      cure: ['`openGroups` of the fence of kind security-group in `cutover.fences.green` in upgrade.yaml'],
    };
  }
  return {
    verdict: 'expected',
    reason: 'A fence of green gives it the groups; once it serves, they let in whom those of blue let in.',
    cure: ['`cutover.fences.green` in upgrade.yaml decides it'],
  };
}

function subnetsDiffer({ blue, green }: Compared): Finding {
  const anew =
    'the subnet group of a cluster cannot be changed: destroy green (`npx cdktf destroy`), then `npm run apply` and `npx cdktf deploy` make it in that of blue';
  if (blue.subnets?.vpcId !== green.subnets?.vpcId) {
    return {
      verdict: 'blocks',
      reason: `Blue stands in ${blue.subnets?.vpcId ?? 'no VPC that is known'} and green in ${green.subnets?.vpcId ?? 'no VPC that is known'}: the application's routes and security groups do not reach there.`,
      cure: [anew],
    };
  }
  return {
    verdict: 'warns',
    reason: 'Green stands in other subnets of the same VPC: their routes and network ACLs may let other hosts in.',
    cure: [anew],
  };
}
