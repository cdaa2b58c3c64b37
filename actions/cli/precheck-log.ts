/** `precheck --log`: what Aurora's own prechecks found when an upgrade failed, under our ids. */
import { readFileSync } from 'node:fs';

import { logFiles } from '../adapters/aws-log-files';
import { systemClock } from '../adapters/system-clock';
import { UPGRADE_CHECKS } from '../checks/catalogue';
import type { PrecheckReport } from '../checks/report';
import { readUpgradeLog, UPGRADE_LOG } from '../checks/run/upgrade-log';
import { greenNames } from '../config/names';
import { messageOf, UpgradeError } from '../engine/errors';
import type { Command } from './command';

/** Throws `UpgradeError`: `upgrade-log-missing`, `upgrade-log-unreadable`. */
export function readLogFile(file: string): PrecheckReport {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UpgradeError('the log cannot be read', {
      code: 'upgrade-log-missing',
      source: 'user',
      hint: `${file}: ${messageOf(cause)}. Name the file that was downloaded from RDS; without a name, the log of green's writer is fetched.`,
      cause,
    });
  }
  return readUpgradeLog(text, UPGRADE_CHECKS, `${UPGRADE_LOG} of ${file}`);
}

/** The log of green's writer. Throws `upgrade-log-missing` when there is no green or no log: then no precheck has failed. */
export async function fetchLog(command: Pick<Command, 'config' | 'context' | 'interrupt'>): Promise<PrecheckReport> {
  const green = greenNames(command.config).cluster;
  const report = await findLog(command);
  if (report !== undefined) return report;
  throw new UpgradeError(`green has no ${UPGRADE_LOG}`, {
    code: 'upgrade-log-missing',
    source: 'aws',
    hint:
      `The writer of ${green} has no such log, or there is no such cluster in ${command.config.region}. Aurora writes it ` +
      'only when its prechecks stop an upgrade. Give a downloaded file with --log FILE.',
  });
}

/** Undefined when there is no green, when it has no writer, or when its upgrade left no log. */
export async function findLog({
  config,
  context,
  interrupt,
}: Pick<Command, 'config' | 'context' | 'interrupt'>): Promise<PrecheckReport | undefined> {
  const cluster = await context.aws.rds.cluster(greenNames(config).cluster);
  const writer = cluster?.members.find(({ isWriter }) => isWriter)?.instanceId;
  if (cluster === undefined || writer === undefined) return undefined;
  const reader = logFiles({ region: config.region, clock: systemClock, signal: interrupt });
  const text = await reader.read(writer, UPGRADE_LOG);
  return text === undefined ? undefined : readUpgradeLog(text, UPGRADE_CHECKS, `${UPGRADE_LOG} of ${cluster.id}`);
}
