/** Storage and what brings it back: encryption, backups, protection. */
import { CARRIED, modifyGreen } from './cures';
import type { Compared, Finding, Setting } from './topology';

export const storageSettings: readonly Setting[] = [
  {
    name: 'encryption key',
    of: ({ cluster }) => (cluster.storageEncrypted ? (cluster.kmsKeyId ?? 'a key of AWS') : 'not encrypted'),
    differs: encryptionDiffers,
  },
  {
    name: 'storage type',
    of: ({ cluster }) => cluster.settings.storageType,
    differs: () => ({
      verdict: 'warns',
      reason: 'I/O-Optimized storage (aurora-iopt1) and the standard one are billed, and perform, differently.',
      cure: CARRIED,
    }),
  },
  {
    name: 'backup retention',
    of: ({ cluster }) => daysOf(cluster.backupRetentionDays),
    differs: ({ blue, green }) =>
      green.cluster.backupRetentionDays > blue.cluster.backupRetentionDays
        ? { verdict: 'expected', reason: 'Green keeps its backups longer than blue does.', cure: CARRIED }
        : {
            verdict: 'warns',
            reason: `Green keeps its backups for ${daysOf(green.cluster.backupRetentionDays)} only: it cannot be brought back to as old a time as blue can.`,
            cure: CARRIED,
          },
  },
  {
    name: 'backup window',
    of: ({ cluster }) => cluster.settings.backupWindow,
    differs: () => ({
      verdict: 'warns',
      reason: 'Backups of green are taken at another time of the day, and a backup of a cluster costs it some writes.',
      cure: CARRIED,
    }),
  },
  {
    name: 'copy tags to snapshot',
    of: ({ cluster }) => (cluster.settings.copyTagsToSnapshot ? 'on' : 'off'),
    differs: ({ green }) =>
      green.cluster.settings.copyTagsToSnapshot
        ? {
            verdict: 'expected',
            reason: 'Terraform turns it on for green, so that its snapshots can be told apart.',
            cure: [],
          }
        : {
            verdict: 'warns',
            reason: 'Snapshots of green carry no tags: what bills or clears up by tags does not find them.',
            cure: ['npx cdktf deploy'],
          },
  },
  {
    name: 'backtrack',
    of: ({ cluster }) => backtrackOf(cluster.settings.backtrackSeconds),
    differs: ({ blue }) =>
      blue.cluster.settings.backtrackSeconds === 0
        ? { verdict: 'expected', reason: 'Green can be wound back and blue cannot.', cure: [] }
        : {
            verdict: 'warns',
            reason:
              'Blue can be wound back in place and green cannot: Backtrack does not go together with a binary log, which the way back needs, and can be chosen only while a cluster is made.',
            cure: [
              '`verify.intended: [topology backtrack]` in upgrade.yaml; backups and clones of a point in time stand in for it',
            ],
          },
  },
  {
    name: 'deletion protection',
    of: ({ cluster }) => (cluster.deletionProtection ? 'on' : 'off'),
    differs: protectionDiffers,
  },
];

function daysOf(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

function encryptionDiffers({ blue, green }: Compared): Finding {
  if (!blue.cluster.storageEncrypted) {
    return { verdict: 'expected', reason: 'Green is encrypted, blue is not.', cure: [] };
  }
  if (!green.cluster.storageEncrypted) {
    return {
      verdict: 'blocks',
      reason:
        'Blue is encrypted and green is not: data that must be encrypted at rest would lie there in the clear, backups included.',
      cure: [
        'encryption is decided when a cluster is made: destroy green (`npx cdktf destroy`), then `npm run apply` and `npx cdktf deploy` make it with the key of blue',
      ],
    };
  }
  return {
    verdict: 'warns',
    reason:
      'Green is encrypted with another key than blue: whoever may use, copy or share its data and snapshots is decided by that key.',
    cure: [
      'the key is decided when a cluster is made: destroy green (`npx cdktf destroy`), then `npm run apply` and `npx cdktf deploy` make it with the key of blue',
    ],
  };
}

function backtrackOf(seconds: number): string {
  return seconds === 0 ? 'off' : `${seconds / 3600} hours`;
}

function protectionDiffers(compared: Compared): Finding {
  const { config, green } = compared;
  if (green.cluster.deletionProtection) {
    return {
      verdict: 'expected',
      reason: 'Green is protected from being deleted and blue is not.',
      cure: ['`green.deletionProtection` in upgrade.yaml decides it'],
    };
  }
  if (!config.green.deletionProtection) {
    return {
      verdict: 'expected',
      reason: 'upgrade.yaml leaves green without protection from being deleted, which blue has.',
      cure: ['`green.deletionProtection` in upgrade.yaml decides it'],
    };
  }
  return {
    verdict: 'warns',
    reason: 'Anybody who may delete clusters could delete green with one call; upgrade.yaml says otherwise.',
    cure: ['npx cdktf deploy', modifyGreen(compared, '--deletion-protection')],
  };
}
