/** What runs around a cluster: roles, logs, audit, windows, tags, and who holds its password. */
import type { ClusterRole } from '../../ports/topology';
import { isUserTag } from '../../state/carried-settings';
import { CARRIED, modifyGreen, rdsCommand } from './cures';
import type { Compared, Finding, Setting } from './topology';

export const operationSettings: readonly Setting[] = [
  {
    name: 'IAM roles',
    of: ({ cluster }) => cluster.settings.roles.map(nameOf).sort().join(', ') || null,
    differs: rolesDiffer,
  },
  {
    name: 'IAM authentication',
    of: ({ cluster }) => (cluster.settings.iamAuthentication ? 'on' : 'off'),
    differs: ({ blue }) =>
      blue.cluster.settings.iamAuthentication
        ? {
            verdict: 'blocks',
            reason: 'Accounts that log in with a token of IAM (AWSAuthenticationPlugin) are refused by green.',
            cure: CARRIED,
          }
        : {
            verdict: 'warns',
            reason: 'Green lets identities of IAM log in, which blue does not.',
            cure: CARRIED,
          },
  },
  {
    name: 'log exports',
    of: ({ cluster }) => cluster.settings.logExports.join(', ') || null,
    isSame: ({ blue, green }) => missingLogs(blue, green).length === 0 && missingLogs(green, blue).length === 0,
    differs: ({ blue, green }) => {
      const missing = missingLogs(blue, green);
      return missing.length === 0
        ? { verdict: 'expected', reason: 'Green writes more of its logs to CloudWatch than blue does.', cure: CARRIED }
        : {
            verdict: 'warns',
            reason: `The ${missing.join(' and ')} ${missing.length === 1 ? 'log of green does' : 'logs of green do'} not reach CloudWatch: alarms on them fall silent, and an audit has a gap from the cutover on.`,
            cure: CARRIED,
          };
    },
  },
  {
    name: 'maintenance window',
    of: ({ cluster }) => cluster.settings.maintenanceWindow,
    differs: () => ({
      verdict: 'warns',
      reason: 'RDS may patch green, which restarts it, at another time of the week than blue.',
      cure: CARRIED,
    }),
  },
  {
    name: 'tags',
    of: ({ cluster }) => shownTags(cluster.settings.tags),
    isSame: (compared) => missingTags(compared).length === 0,
    differs: (compared) => ({
      verdict: 'warns',
      reason: `Green lacks ${missingTags(compared).join(', ')}: bills, backups, alarms and permissions that go by tags treat it as another thing.`,
      cure: CARRIED,
    }),
  },
  {
    name: 'Database Insights',
    of: ({ cluster }) => cluster.settings.databaseInsights,
    differs: (compared) =>
      compared.blue.cluster.settings.databaseInsights === 'advanced'
        ? {
            verdict: 'warns',
            reason: 'Green keeps fewer of its measures, and for a shorter time, than blue in the mode advanced.',
            cure: [
              modifyGreen(
                compared,
                '--database-insights-mode advanced',
                '--enable-performance-insights',
                '--performance-insights-retention-period 465',
              ),
            ],
          }
        : { verdict: 'expected', reason: 'Green keeps more of its measures than blue.', cure: [] },
  },
  {
    name: 'activity stream',
    of: ({ cluster }) => cluster.settings.activityStream?.mode ?? null,
    differs: activityStreamDiffers,
  },
  {
    name: 'data API',
    of: ({ cluster }) => (cluster.settings.dataApi ? 'on' : 'off'),
    differs: (compared) =>
      compared.blue.cluster.settings.dataApi
        ? {
            verdict: 'blocks',
            reason:
              'Applications that send their statements by the RDS Data API get none through to green; they name the cluster by its ARN, which changes too.',
            cure: [rdsCommand(compared, 'enable-http-endpoint', `--resource-arn ${compared.green.cluster.arn}`)],
          }
        : {
            verdict: 'warns',
            reason: 'Green takes statements by HTTPS from whoever IAM allows it, and blue does not.',
            cure: [rdsCommand(compared, 'disable-http-endpoint', `--resource-arn ${compared.green.cluster.arn}`)],
          },
  },
  {
    name: 'local write forwarding',
    of: ({ cluster }) => (cluster.settings.localWriteForwarding ? 'on' : 'off'),
    differs: (compared) =>
      compared.blue.cluster.settings.localWriteForwarding
        ? {
            verdict: 'blocks',
            reason:
              'Applications that write through readers, which pass it on to the writer, are refused by those of green.',
            cure: [modifyGreen(compared, '--enable-local-write-forwarding')],
          }
        : {
            verdict: 'expected',
            reason: 'Readers of green pass writes on to its writer; those of blue refuse them.',
            cure: [],
          },
  },
  {
    name: 'serverless scaling',
    of: ({ cluster }) => {
      const scaling = cluster.settings.serverlessScaling;
      return scaling ? `${scaling.minCapacity} to ${scaling.maxCapacity} ACU` : null;
    },
    differs: ({ blue }) => ({
      verdict: blue.cluster.settings.serverlessScaling ? 'warns' : 'expected',
      reason: 'Instances of the class db.serverless grow and shrink within other bounds on green than on blue.',
      cure: CARRIED,
    }),
  },
  {
    name: 'managed master password',
    of: ({ cluster }) => (cluster.managedMasterPassword ? 'on' : 'off'),
    differs: (compared) => ({
      verdict: 'blocks',
      reason:
        'A cluster whose master password RDS keeps in Secrets Manager can neither replicate by binary log nor keep the accounts of this tool, whose passwords are derived from it.',
      cure: [compared.blue, compared.green]
        .filter(({ cluster }) => cluster.managedMasterPassword)
        .map(({ cluster }) =>
          rdsCommand(
            compared,
            'modify-db-cluster',
            `--db-cluster-identifier ${cluster.id}`,
            '--no-manage-master-user-password',
            '--master-user-password PASSWORD',
            '--apply-immediately',
          ),
        ),
    }),
  },
];

function nameOf({ arn, feature }: ClusterRole): string {
  return feature === '' ? arn : `${arn} (${feature})`;
}

function rolesDiffer(compared: Compared): Finding {
  const { blue, green } = compared;
  const has = new Set(green.cluster.settings.roles.map(nameOf));
  const missing = blue.cluster.settings.roles.filter((role) => !has.has(nameOf(role)));
  if (missing.length === 0) {
    return { verdict: 'warns', reason: 'Green may act under roles that blue has not.', cure: CARRIED };
  }
  return {
    verdict: 'blocks',
    reason: `Green lacks ${missing.map(nameOf).join(', ')}: statements that load from or write to S3, or call a Lambda function, fail there.`,
    cure: CARRIED,
  };
}

function missingLogs(of: Compared['blue'], on: Compared['blue']): readonly string[] {
  return of.cluster.settings.logExports.filter((log) => !on.cluster.settings.logExports.includes(log));
}

function shownTags(tags: Readonly<Record<string, string>>): string | null {
  const shown = Object.entries(tags).filter(([name]) => isUserTag(name));
  return shown.map(([name, value]) => `${name}=${value}`).join(', ') || null;
}

function missingTags({ blue, green, config }: Compared): readonly string[] {
  const has = green.cluster.settings.tags;
  return Object.entries(blue.cluster.settings.tags)
    .filter(([name, value]) => isUserTag(name) && has[name] !== (config.tags[name] ?? value))
    .map(([name, value]) => `${name}=${config.tags[name] ?? value}`);
}

function activityStreamDiffers(compared: Compared): Finding {
  const { activityStream: ofBlue } = compared.blue.cluster.settings;
  if (ofBlue === undefined) return { verdict: 'expected', reason: 'Green is audited and blue is not.', cure: [] };
  return {
    verdict: compared.green.cluster.settings.activityStream ? 'warns' : 'blocks',
    reason:
      'What is done on blue is audited by a database activity stream; what is done on green is not, or not in the same way, and that gap cannot be filled in later.',
    cure: [
      rdsCommand(
        compared,
        'start-activity-stream',
        `--resource-arn ${compared.green.cluster.arn}`,
        `--mode ${ofBlue.mode}`,
        `--kms-key-id ${ofBlue.kmsKeyId ?? 'KEY'}`,
        '--apply-immediately',
      ),
    ],
  };
}
