/** Instances: how many, how large, who follows the writer, and what each of them has. */
import { greenNames } from '../../config/names';
import type { UpgradeConfig } from '../../config/schema';
import type { Instance } from '../../ports/aws';
import { CARRIED, rdsCommand } from './cures';
import { isSmaller } from './instance-size';
import { distinct, instancesOf, type Compared, type Finding, type Setting, type SideTopology } from './topology';

const DEPLOY = 'npx cdktf deploy';

export const instanceSettings: readonly Setting[] = [
  {
    name: 'instance classes',
    of: ({ writer, readers }) =>
      `writer ${writer.instanceClass}${readers.length === 0 ? '' : `, readers ${distinct(readers.map((one) => one.instanceClass)) ?? ''}`}`,
    // How many there are is a row of its own.
    isSame: ({ blue, green }) =>
      blue.writer.instanceClass === green.writer.instanceClass &&
      (green.readers.length === 0 || blue.readers.length === 0 || classesOf(blue) === classesOf(green)),
    differs: classesDiffer,
  },
  {
    name: 'readers',
    of: ({ readers, scaledReaders: scaled }) =>
      `${readers.length}${scaled.length === 0 ? '' : ` and ${scaled.length} of Aurora Auto Scaling`}`,
    isSame: ({ blue, green }) => blue.readers.length === green.readers.length,
    differs: readersDiffer,
  },
  {
    name: 'promotion tiers',
    of: ({ writer, readers }) =>
      `writer ${writer.promotionTier}${readers.length === 0 ? '' : `, readers ${tiersOf(readers).join(', ')}`}`,
    // What the writer's says counts only once it is a reader.
    isSame: ({ blue, green }) =>
      green.readers.length === 0 ||
      blue.readers.length === 0 ||
      distinct(tiersOf(blue.readers)) === distinct(tiersOf(green.readers)),
    differs: tiersDiffer,
  },
  {
    name: 'availability zones',
    of: (side) => distinct(instancesOf(side).map(({ settings }) => settings.availabilityZone)),
    isSame: ({ blue, green }) => zonesOf(green) >= zonesOf(blue),
    differs: ({ blue, green, config }) => ({
      verdict: 'warns',
      reason: `The instances of blue stand in ${zonesOf(blue)} availability zones, those of green in ${zonesOf(green)}: when a zone fails, fewer or none of green's go on.`,
      cure:
        green.readers.length < blue.readers.length
          ? ['`green.readers` in upgrade.yaml: a reader stands in another zone than the writer', DEPLOY]
          : [
              ...green.readers
                .slice(-1)
                .map(({ id }) => rdsCommand({ config }, 'delete-db-instance', `--db-instance-identifier ${id}`)),
              `${DEPLOY} makes it again, and RDS chooses the zone`,
            ],
    }),
  },
  {
    name: 'publicly accessible',
    of: (side) => distinct(instancesOf(side).map(({ settings }) => (settings.publiclyAccessible ? 'yes' : 'no'))),
    differs: accessDiffers,
  },
  {
    name: 'certificate authority',
    of: (side) => distinct(instancesOf(side).map(({ settings }) => settings.caCertificate)),
    differs: () => ({
      verdict: 'warns',
      reason:
        "Clients that verify the server's certificate need the authority of green among those they trust, else they cannot log in after the switch.",
      cure: [
        ...CARRIED,
        'or give every client the bundle of all authorities of RDS (https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem)',
      ],
    }),
  },
  {
    name: 'auto minor version upgrade',
    of: (side) => distinct(instancesOf(side).map(({ settings }) => (settings.autoMinorVersionUpgrade ? 'on' : 'off'))),
    isSame: ({ green }) => instancesOf(green).every(({ settings }) => !settings.autoMinorVersionUpgrade),
    differs: () => ({
      verdict: 'warns',
      reason:
        'RDS may upgrade green in its maintenance window, and what was proven before the cutover would be proven of another version.',
      cure: [DEPLOY],
    }),
  },
  {
    name: 'monitoring',
    of: (side) => distinct(instancesOf(side).map(monitoringOf)),
    differs: () => ({
      verdict: 'warns',
      reason:
        'Metrics of the operating system (Enhanced Monitoring) are not written for green as they are for blue: dashboards and alarms on them fall silent.',
      cure: CARRIED,
    }),
  },
  {
    name: 'Performance Insights',
    of: (side) => distinct(instancesOf(side).map(insightsOf)),
    differs: () => ({
      verdict: 'warns',
      reason:
        'What slowed queries down cannot be looked up on green as on blue, which is when it is needed most: after an upgrade.',
      cure: CARRIED,
    }),
  },
  {
    name: 'instance maintenance windows',
    of: (side) => distinct(instancesOf(side).map(({ settings }) => settings.maintenanceWindow)),
    // RDS gives every instance a window of its own; green's have the writer's.
    isSame: ({ blue, green }) => windowsOf(green).every((window) => windowsOf(blue).includes(window)),
    differs: () => ({
      verdict: 'warns',
      reason: 'RDS may restart instances of green at another time of the week than it does those of blue.',
      cure: CARRIED,
    }),
  },
];

function classesOf({ readers }: SideTopology): string | null {
  return distinct(readers.map((one) => one.instanceClass));
}

function tiersOf(instances: readonly Instance[]): readonly string[] {
  return instances
    .map(({ promotionTier }) => String(promotionTier).padStart(2))
    .sort()
    .map((tier) => tier.trim());
}

function zonesOf(side: SideTopology): number {
  return new Set(instancesOf(side).flatMap(({ settings }) => settings.availabilityZone ?? [])).size;
}

function windowsOf(side: SideTopology): readonly string[] {
  return instancesOf(side).map(({ settings }) => settings.maintenanceWindow);
}

/** Green's instances are as blue's writer, so where those of blue are not alike no deploy can make them the same. */
function accessDiffers({ blue, green }: Compared): Finding {
  const isPublic = blue.writer.settings.publiclyAccessible;
  if (instancesOf(green).every(({ settings }) => settings.publiclyAccessible === isPublic)) {
    return {
      verdict: 'warns',
      reason: `Some instances of blue have a public address and some have none; all of green ${isPublic ? 'have one' : 'have none'}, as the writer of blue.`,
      cure: [
        '`verify.intended: [topology publicly accessible]` in upgrade.yaml, if that suits the clients of its readers',
      ],
    };
  }
  return {
    verdict: 'blocks',
    reason: isPublic
      ? "Clients outside of the VPC reach blue by its public address; green's name would give them a private one."
      : 'Green has a public address and blue has none: it can be reached from outside of the VPC wherever a security group lets it.',
    cure: CARRIED,
  };
}

function monitoringOf({ settings: { monitoringSeconds, monitoringRoleArn } }: Instance): string {
  return monitoringSeconds === 0 ? 'off' : `every ${monitoringSeconds} s by ${monitoringRoleArn ?? 'no role'}`;
}

function insightsOf({ settings: { performanceInsights: insights } }: Instance): string {
  return insights === undefined ? 'off' : `${insights.retentionDays} days`;
}

/** What upgrade.yaml says of an instance of green; nothing of one that Terraform has not made. */
function declaredOf(config: UpgradeConfig, { id }: Instance): UpgradeConfig['green']['writer'] | undefined {
  const names = greenNames(config);
  return id === names.writer ? config.green.writer : config.green.readers[names.readers.indexOf(id)];
}

function classesDiffer({ config, blue, green }: Compared): Finding {
  const carried = blue.writer.instanceClass;
  const { writer, readers } = config.green;
  const isAsDeclared = instancesOf(green).every(
    (instance) => instance.instanceClass === (declaredOf(config, instance)?.class ?? carried),
  );
  const smaller = instancesOf(green).filter((one, index) =>
    isSmaller(one.instanceClass, index === 0 ? carried : (smallest(blue.readers) ?? carried)),
  );
  const size =
    smaller.length === 0
      ? 'none is smaller than its like of blue.'
      : `${smaller.map(({ id }) => id).join(', ')} has less memory than its like of blue: a smaller buffer pool, and fewer connections where max_connections follows the class.`;
  const isNamed = [writer, ...readers].some((spec) => spec.class !== undefined);
  if (isAsDeclared && isNamed) {
    return {
      verdict: 'expected',
      reason: `upgrade.yaml names the classes of green; ${size}`,
      cure: ['`green.writer.class` and `green.readers[].class` in upgrade.yaml decide it'],
    };
  }
  return {
    verdict: 'warns',
    reason: isAsDeclared
      ? `Readers of green have the class of blue's writer, since upgrade.yaml names none; ${size}`
      : `The classes of green are not those that upgrade.yaml and blue give it; ${size}`,
    cure: isAsDeclared ? ['`green.readers[].class` in upgrade.yaml', DEPLOY] : CARRIED,
  };
}

function smallest(instances: readonly Instance[]): string | undefined {
  return instances.map(({ instanceClass }) => instanceClass).sort((a, b) => (isSmaller(a, b) ? -1 : 1))[0];
}

/** Not even the reader endpoint fails without readers, but then it is the writer that answers, and nobody takes over from it. */
function readersDiffer({ config, blue, green }: Compared): Finding {
  const declared = config.green.readers.length;
  const has = green.readers.length;
  const wants = blue.readers.length;
  if (has < declared) {
    return {
      verdict: 'blocks',
      reason: `upgrade.yaml declares ${declared} readers, and green has ${has}.`,
      cure: [DEPLOY],
    };
  }
  if (has > wants) {
    return {
      verdict: 'expected',
      reason: 'Green has more readers than blue.',
      cure: ['`green.readers` in upgrade.yaml decides it'],
    };
  }
  if (declared > 0) {
    return {
      verdict: 'expected',
      reason: `upgrade.yaml declares ${declared} of the ${wants} readers that blue has: the rest of the reads goes to those.`,
      cure: ['`green.readers` in upgrade.yaml decides it'],
    };
  }
  return {
    verdict: 'blocks',
    reason: `Blue has ${wants === 1 ? 'a reader' : `${wants} readers`} and green none: all reads would fall on its writer, and if that fails nobody takes over within a minute: RDS has to make a new instance first.`,
    cure: [
      `green: { readers: [${blue.readers.map(readerOf).join(', ')}] } in upgrade.yaml`,
      DEPLOY,
      'or `verify.intended: [topology readers]` in upgrade.yaml, if green is to begin without',
    ],
  };
}

function readerOf({ instanceClass, promotionTier }: Instance): string {
  return `{ class: ${instanceClass}, promotionTier: ${promotionTier} }`;
}

function tiersDiffer({ config, blue, green }: Compared): Finding {
  const isDeclared = green.readers.every((one) => declaredOf(config, one)?.promotionTier !== undefined);
  const isAsDeclared = green.readers.every(
    (one) => one.promotionTier === (declaredOf(config, one)?.promotionTier ?? 1),
  );
  if (isDeclared && isAsDeclared) {
    return {
      verdict: 'expected',
      reason: 'upgrade.yaml names the tiers of the readers of green.',
      cure: ['`green.readers[].promotionTier` in upgrade.yaml decides it'],
    };
  }
  return {
    verdict: 'warns',
    reason:
      'When the writer of green fails, another reader takes over than on blue: one kept for reports may become the writer.',
    cure: isAsDeclared
      ? [`\`green.readers[].promotionTier\` in upgrade.yaml: ${tiersOf(blue.readers).join(', ')} on blue`, DEPLOY]
      : [DEPLOY],
  };
}
