/** `precheck --oracle clone`: an empty cluster of the target version on AWS, where the lab has no server of that version. */
import { randomBytes } from 'node:crypto';
import { createDialler } from '../adapters/mysql-dial';
import { openLoneSession } from '../adapters/mysql-server';
import { systemClock } from '../adapters/system-clock';
import { createScratchCluster } from '../aws/calls';
import type { Refusal, Scratch, Trial } from '../checks/oracle/scratch';
import { quoted } from '../checks/queries';
import type { LoadedConfig } from '../config/load';
import { UpgradeError } from '../engine/errors';
import type { Aws, Cluster } from '../ports/aws';
import type { CallLimits, Credentials, MysqlSession, Statement } from '../ports/mysql-server';
import { usageError } from './precheck-options';
import { onThrowAway, throwAwayName, type ThrowAwayWork } from '../scratch/throw-away-cluster';

/** Definitions need no power; the first one that the target is offered on. */
const SMALL = ['db.t4g.medium', 'db.t3.medium', 'db.r7g.large', 'db.r6g.large', 'db.r5.large'];
const USER = 'precheck';
const TRIAL_MS = 60_000;
const NETWORK_TRIES = 20;
const NETWORK_PAUSE_MS = 3_000;

export interface ScratchClusterWork extends ThrowAwayWork {
  readonly config: LoadedConfig;
  /** Reached like it: the same subnets and security groups. */
  readonly blue: Cluster;
  readonly targetVersion: string;
}

/** Before anything is run. Throws `UpgradeError` code `usage` for a target that RDS does not know as an engine version. */
export function refuseUnknownEngine(targetVersion: string): void {
  if (targetVersion.includes('.mysql_aurora.')) return;
  throw usageError(
    `--oracle clone cannot be of ${targetVersion}`,
    'Nothing was run. RDS makes clusters of Aurora versions: write --target such as 8.0.mysql_aurora.3.08.2, or leave --target out.',
  );
}

/** Throws what `onThrowAway` throws, and what the connection rejects with. Its master password is kept in memory only. */
export function onScratchCluster<T>(given: ScratchClusterWork, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const { blue, targetVersion, config, signal } = given;
  const credentials: Credentials = { user: USER, password: randomBytes(24).toString('hex') };
  return onThrowAway(
    {
      ...given,
      name: throwAwayName(config.name, 'precheck-oracle'),
      command: 'precheck --oracle clone',
      title: `Making an empty cluster of ${targetVersion}`,
      instanceClass: (aws) => smallClass(aws, targetVersion),
      create: (id, tags) =>
        createScratchCluster({
          id,
          engineVersion: targetVersion,
          subnetGroup: blue.subnetGroup,
          securityGroupIds: blue.securityGroupIds,
          master: credentials,
          tags,
        }),
    },
    async (cluster) => {
      const dialler = createDialler({ ...config.network, sessionSettings: ['SET SESSION foreign_key_checks = 0'] });
      const target = { side: 'green' as const, host: cluster.endpoint, port: cluster.port };
      const first = await dialPatiently(() => dialler.dial(target, credentials), signal);
      const { version } = first;
      const session = await openLoneSession({
        side: 'green',
        clock: systemClock,
        dial: () => Promise.resolve(first),
        openIds: () => dialler.openIds('green'),
      });
      try {
        return await work({ version, attempt: (trial) => attempt(session, trial, { timeoutMs: TRIAL_MS, signal }) });
      } finally {
        await session.close();
      }
    },
  );
}

async function smallClass(aws: Aws, engineVersion: string): Promise<string> {
  const offered = await aws.surroundings.orderableClasses(engineVersion);
  const found = SMALL.find((one) => offered.has(one)) ?? [...offered].sort()[0];
  if (found !== undefined) return found;
  throw new UpgradeError(`RDS offers no instance class for ${engineVersion}`, {
    code: 'oracle-unavailable',
    source: 'aws',
    hint: 'Check the version and the region; nothing was made.',
  });
}

/** The name of a new cluster may not be known everywhere at once. */
async function dialPatiently<T>(dial: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await dial();
    } catch (error) {
      const isTooEarly = error instanceof UpgradeError && error.code === 'mysql-unreachable';
      if (!isTooEarly || tries >= NETWORK_TRIES) throw error;
      await systemClock.sleep(NETWORK_PAUSE_MS, signal);
    }
  }
}

async function attempt(
  session: MysqlSession,
  { schema, sqlModes, sql }: Trial,
  within: CallLimits,
): Promise<Refusal | undefined> {
  try {
    await session.run({ ...statement('SET SESSION sql_mode = ?'), values: [sqlModes.join(',')] }, within);
    if (schema !== undefined) await session.run(statement(`USE ${quoted(schema)}`), within);
    await session.run(statement(sql), within);
    return undefined;
  } catch (error) {
    const errno = error instanceof UpgradeError ? /^mysql-(\d+)$/.exec(error.code)?.[1] : undefined;
    if (!(error instanceof UpgradeError) || errno === undefined) throw error;
    return { errno: Number(errno), message: (error.hint ?? error.message).replace(/^MySQL says: /, '') };
  }
}

function statement(sql: string): Statement {
  return { name: 'definition', sql, values: [], secrets: [], args: {} };
}
