/**
 * `upgrade-prechecks.log`, which Aurora writes when its own prechecks stop an upgrade: after that the restored cluster stays
 * at the old version (Aurora User Guide, "Prechecks for upgrades"). Told under the ids of our checks.
 */
import { UpgradeError } from '../../engine/errors';
import type { Level, UpgradeCheck } from '../check';
import type { NotChecked, PrecheckFinding, PrecheckReport } from '../report';

export const UPGRADE_LOG = 'upgrade-prechecks.log';

/** Our id of a check of Aurora; the same word when it has none, or is ours already. */
export function ourIdOf(auroraId: string, checks: readonly UpgradeCheck[]): string {
  const known = checks.find((check) => check.auroraId === auroraId || check.alsoInLogAs?.includes(auroraId) === true);
  return known?.id ?? auroraId;
}

/** Throws `UpgradeError` code `upgrade-log-unreadable` for what is no such log. Members it does not know are passed over. */
export function readUpgradeLog(text: string, checks: readonly UpgradeCheck[], origin = UPGRADE_LOG): PrecheckReport {
  const log = parse(text, origin);
  const findings: PrecheckFinding[] = [];
  const notChecked: NotChecked[] = [];
  const checked: string[] = [];
  for (const performed of objectsIn(log['checksPerformed'])) {
    const auroraId = word(performed['id'], 'unnamed');
    const check = ourIdOf(auroraId, checks);
    const status = word(performed['status'], 'OK');
    if (status === 'OK') checked.push(check);
    else notChecked.push({ check, ...gapOf(auroraId, status, performed) });
    for (const problem of objectsIn(performed['detectedProblems'])) {
      findings.push(findingOf(check, auroraId, performed, problem));
    }
  }
  return {
    origin,
    serverVersion: word(log['serverVersion'], 'of unknown version'),
    sourceVersion: versionOf(log, 'serverVersion', 'auroraServerVersion'),
    targetVersion: versionOf(log, 'targetVersion', 'auroraTargetVersion'),
    checked: [...new Set(checked)],
    findings,
    notChecked,
  };
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string, origin: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw unreadable(origin, 'It is not JSON; a log that was cut off while it was downloaded is not either.', cause);
  }
  if (isJson(value) && Array.isArray(value['checksPerformed'])) return value;
  throw unreadable(origin, 'It has no list `checksPerformed`.');
}

function unreadable(origin: string, why: string, cause?: unknown): UpgradeError {
  return new UpgradeError('this is no log of Aurora prechecks', {
    code: 'upgrade-log-unreadable',
    source: 'user',
    hint: `${origin}: ${why} Give the file ${UPGRADE_LOG} of the writer of the cluster whose upgrade failed, as RDS has it.`,
    cause,
  });
}

function findingOf(check: string, auroraId: string, performed: Json, problem: Json): PrecheckFinding {
  const description = word(problem['description'], word(performed['description'], word(performed['title'], auroraId)));
  const link = word(performed['documentationLink'], '');
  return {
    check,
    level: levelOf(problem['level']),
    object: word(problem['dbObject'], 'the server'),
    description: `${description} (${auroraId})`,
    ...(link === '' ? {} : { cure: `See ${link}` }),
  };
}

/** A level that nobody knows is taken for the worst: it was enough to be written down. */
function levelOf(level: unknown): Level {
  const known = typeof level === 'string' ? level.toLowerCase() : '';
  return known === 'warning' || known === 'notice' ? known : 'error';
}

/**
 * `status` is that of the question, not of its answer: `ERROR` means that nobody looked. `CONFIGURATION_ERROR` is what the
 * checks of settings always answer on Aurora, which gives them no configuration file.
 */
function gapOf(auroraId: string, status: string, performed: Json): Pick<NotChecked, 'reason' | 'because'> {
  const why = word(performed['description'], 'The log gives no reason.');
  const reason = `${auroraId} ended with ${status}. ${why}`;
  return status === 'CONFIGURATION_ERROR' ? { reason, because: 'never-by-aurora' } : { reason };
}

function versionOf(log: Json, mysql: string, aurora: string): string {
  const [community, own] = [word(log[mysql], ''), word(log[aurora], '')];
  const series = /^\d+\.\d+/.exec(community)?.[0];
  if (own === '') return community === '' ? 'unknown' : community;
  return series === undefined ? own : `${series}.mysql_aurora.${own}`;
}

function objectsIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function word(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : otherwise;
}
