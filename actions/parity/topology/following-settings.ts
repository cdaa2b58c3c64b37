/** What follows a cluster, or grows with it: other regions, scaling, and events, which must run on one side only. */
import { servingSide } from '../../state/format';
import type { ReaderScaling, ScalingPolicy } from '../../ports/topology';
import { rdsCommand, shellWord } from './cures';
import type { Compared, Finding, Setting, SideTopology } from './topology';

export const followingSettings: readonly Setting[] = [
  { name: 'global database', of: globalOf, differs: globalDiffers },
  {
    name: 'cross-Region replicas',
    of: ({ cluster }) => cluster.settings.replicaClusters.join(', ') || null,
    differs: replicasDiffer,
  },
  {
    name: 'replication source',
    of: ({ cluster }) => cluster.settings.replicationSource ?? null,
    differs: ({ blue, green }) => ({
      verdict: 'blocks',
      reason: `${blue.cluster.settings.replicationSource === undefined ? 'Green' : 'Blue'} is a replica of another cluster in the eyes of RDS: its writes are not its own.`,
      cure: [
        `aws rds promote-read-replica-db-cluster --db-cluster-identifier ${(blue.cluster.settings.replicationSource === undefined ? green : blue).cluster.id}`,
      ],
    }),
  },
  { name: 'autoscaling', of: ({ scaling }) => (scaling ? scalingText(scaling) : null), differs: scalingDiffers },
  { name: 'event scheduler', of: ({ eventScheduler }) => eventScheduler, isSame: eventsAreSame, differs: eventsDiffer },
];

function globalOf({ globalDatabase: global, cluster }: SideTopology): string | null {
  if (global === undefined) return null;
  const others = global.members.length - 1;
  const role = global.members.find(({ clusterArn }) => clusterArn === cluster.arn)?.isWriter ? 'primary' : 'secondary';
  return `${global.id} (${role}, ${others} other${others === 1 ? '' : 's'})`;
}

function globalDiffers(compared: Compared): Finding {
  const { blue, green } = compared;
  if (blue.globalDatabase === undefined) {
    return { verdict: 'expected', reason: 'Green is in a global database and blue is not.', cure: [] };
  }
  if (green.globalDatabase && green.globalDatabase.members.length >= blue.globalDatabase.members.length) {
    return {
      verdict: 'expected',
      reason:
        'A cluster can be in one global database only: green has one of its own, of as many regions as that of blue.',
      cure: [],
    };
  }
  const others = blue.globalDatabase.members.filter(({ clusterArn }) => clusterArn !== blue.cluster.arn);
  if (others.length === 0) {
    return {
      verdict: 'warns',
      reason: `Blue is the only member of the global database ${blue.globalDatabase.id}: no other region is left behind, but clients of its global endpoint would stay on blue.`,
      cure: ['`verify.intended: [topology global database]` in upgrade.yaml, if nobody connects to that endpoint'],
    };
  }
  const name = green.globalDatabase?.id ?? `${blue.globalDatabase.id}-green`;
  return {
    verdict: 'blocks',
    reason: `Blue is a member of the global database ${blue.globalDatabase.id}${green.globalDatabase === undefined ? ' and green of none' : ' and green of one with fewer regions'}: other regions would go on following blue, which nobody writes to any more, and a region that fails over would fall back on its data.`,
    cure: [
      ...(green.globalDatabase
        ? []
        : [
            rdsCommand(
              compared,
              'create-global-cluster',
              `--global-cluster-identifier ${name}`,
              `--source-db-cluster-identifier ${green.cluster.arn}`,
            ),
          ]),
      ...others.map(
        ({ clusterArn }) =>
          `then a secondary cluster of it in ${regionOf(clusterArn)}: aws rds create-db-cluster --region ${regionOf(clusterArn)} --global-cluster-identifier ${name} --engine aurora-mysql --engine-version ${green.cluster.engineVersion} --db-cluster-identifier NAME`,
      ),
    ],
  };
}

function replicasDiffer(compared: Compared): Finding {
  const { blue, green } = compared;
  const { replicaClusters } = blue.cluster.settings;
  if (replicaClusters.length === 0) {
    return { verdict: 'expected', reason: 'Clusters of other regions follow green, and none follows blue.', cure: [] };
  }
  if (green.cluster.settings.replicaClusters.length >= replicaClusters.length) {
    return {
      verdict: 'expected',
      reason: 'As many clusters of other regions follow green as follow blue; their names differ by nature.',
      cure: [],
    };
  }
  return {
    verdict: 'blocks',
    reason: `${replicaClusters.join(', ')} follow${replicaClusters.length === 1 ? 's' : ''} blue and would not see a write after the cutover: what they are for, reads elsewhere or a disaster, would stand on old data.`,
    cure: replicaClusters.map(
      (arn) =>
        `aws rds create-db-cluster --region ${regionOf(arn)} --replication-source-identifier ${green.cluster.arn} --engine aurora-mysql --engine-version ${green.cluster.engineVersion} --db-cluster-identifier NAME`,
    ),
  };
}

function regionOf(arn: string): string {
  return arn.split(':')[3] || 'REGION';
}

function scalingText({ minCapacity, maxCapacity, policies }: ReaderScaling): string {
  return [`${minCapacity} to ${maxCapacity} readers`, ...policies.map(policyText).sort()].join(', ');
}

function policyText({ metric, targetValue, type }: ScalingPolicy): string {
  return metric === undefined ? type : `${metric.replace(/^RDSReader/, '')} ${targetValue ?? ''}`.trim();
}

function scalingDiffers({ blue, green, config }: Compared): Finding {
  const { scaling } = blue;
  if (scaling === undefined) {
    return { verdict: 'expected', reason: 'The readers of green are scaled and those of blue are not.', cure: [] };
  }
  const target = [
    `--region ${config.region}`,
    '--service-namespace rds',
    '--scalable-dimension rds:cluster:ReadReplicaCount',
    `--resource-id cluster:${green.cluster.id}`,
  ].join(' ');
  return {
    verdict: 'warns',
    reason: `Aurora Auto Scaling makes readers for blue when they are needed${green.scaling === undefined ? ', and none for green' : ', and others for green'}: the load of a peak would fall on those that are there.`,
    cure: [
      `aws application-autoscaling register-scalable-target ${target} --min-capacity ${scaling.minCapacity} --max-capacity ${scaling.maxCapacity}`,
      ...scaling.policies.map(
        (policy) =>
          `aws application-autoscaling put-scaling-policy ${target} --policy-name ${shellWord(policy.name)} --policy-type ${policy.type} ${policyOptions(policy)}`,
      ),
    ],
  };
}

function policyOptions(policy: ScalingPolicy): string {
  const { metric, targetValue, scaleInCooldownSeconds, scaleOutCooldownSeconds, disablesScaleIn } = policy;
  if (policy.type !== 'TargetTrackingScaling' || metric === undefined || metric === 'custom') {
    return 'with the configuration of that policy on blue (aws application-autoscaling describe-scaling-policies --service-namespace rds)';
  }
  const configuration = {
    TargetValue: targetValue,
    PredefinedMetricSpecification: { PredefinedMetricType: metric },
    ScaleInCooldown: scaleInCooldownSeconds,
    ScaleOutCooldown: scaleOutCooldownSeconds,
    ...(disablesScaleIn && { DisableScaleIn: true }),
  };
  return `--target-tracking-scaling-policy-configuration '${JSON.stringify(configuration)}'`;
}

/** Events that run on both sides would write twice: what green's wrote, blue's write again over the channel. */
function eventsAreSame({ blue, green, phase }: Compared): boolean {
  return servingSide(phase) === 'blue' ? !runs(green) && !runs(blue) : runs(green) === runs(blue);
}

function runs({ eventScheduler }: SideTopology): boolean {
  return eventScheduler === 'ON';
}

function eventsDiffer({ green, phase }: Compared): Finding {
  if (servingSide(phase) === 'blue') {
    return runs(green)
      ? {
          verdict: 'blocks',
          reason:
            'Events run on green while blue serves: they write what blue writes too, and the two sides part ways or replication breaks.',
          cure: ['npx cdktf deploy sets event_scheduler OFF in the cluster parameter group of green'],
        }
      : {
          verdict: 'expected',
          reason: 'Events run on blue and must not run on green before it serves; the cutover turns them on there.',
          cure: [],
        };
  }
  return {
    verdict: 'expected',
    reason:
      'Green serves, and events run there as they did on blue before the cutover; on blue they must not run any more.',
    cure: [],
  };
}
