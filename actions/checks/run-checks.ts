import type { UpgradeConfig } from '../config/schema';
import { UpgradeError } from '../engine/errors';
import type { Emit } from '../engine/events';
import type { Aws } from '../ports/aws';
import type { Clock } from '../ports/clock';
import type { CommandRunner } from '../ports/command';
import type { CallLimits, MysqlServer } from '../ports/mysql-server';
import { UPGRADE_CHECKS } from './catalogue';
import type { Finding, Thresholds, UpgradeCheck } from './check';
import { crossingOf, type Crossing } from './crossing';
import { describeFailure } from './failure';
import { CALL_LIMIT_MS } from './queries';
import { countFindings, type NotChecked, type PrecheckFinding, type PrecheckReport } from './report';
import { sharedContext, WITHOUT_AWS, type ContextOf } from './run/shared-context';
import { countTables, cutFindings, DEFAULT_MAX_TABLES, leftOutForSize, opensEveryTable } from './run/size-limit';
import { readVisibility, unseen, type Visibility } from './run/visibility';
import { once } from './stored-objects';

export interface PrecheckInput {
  /** Blue's writer. */
  readonly server: MysqlServer;
  /** Without it, or without `config`, the checks of the platform are reported as not checked. */
  readonly aws?: Aws;
  readonly config?: UpgradeConfig;
  /** Without it the state of hooks is not asked. */
  readonly commands?: CommandRunner;
  /** Engine versions, e.g. `5.7.mysql_aurora.2.12.4`, or plain MySQL versions. */
  readonly sourceVersion: string;
  readonly targetVersion: string;
  readonly emit: Emit;
  /** Measures the checks; without it their events say 0 ms. */
  readonly clock?: Clock;
  readonly thresholds?: Partial<Thresholds>;
  /** Aborting ends the run with its reason. */
  readonly signal?: AbortSignal;
  /** The catalogue, unless a test says otherwise. */
  readonly checks?: readonly UpgradeCheck[];
  /** Runs what costs the server much, CHECK TABLE .. FOR UPGRADE, too: for a clone, or for a quiet hour. */
  readonly checkTables?: boolean;
  /** Above so many tables what would open each of them is left out, and the report says so. */
  readonly maxTables?: number;
}

/** What one check came to. */
interface Outcome {
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  /** It looked; parts of it may still be in `notChecked`. */
  readonly isChecked: boolean;
}

/**
 * Runs every check that applies, one after another: a check that fails is reported as not checked and the next one runs.
 * Reads only. Throws for versions that cannot be understood, and when `signal` is aborted.
 */
export async function runPrechecks(input: PrecheckInput): Promise<PrecheckReport> {
  const { server, sourceVersion, targetVersion, emit, signal } = input;
  const crossing = crossingOf(server.version, sourceVersion, targetVersion);
  const findings: PrecheckFinding[] = [];
  const notChecked: NotChecked[] = [];
  const checked: string[] = [];
  const contextFor = sharedContext(input);
  const leftOut = leavingOut(input);
  const visible = once(() => readVisibility((query) => server.read(query, limitsOf(input))));

  for (const check of (input.checks ?? UPGRADE_CHECKS).filter(({ appliesTo }) => appliesTo(crossing))) {
    signal?.throwIfAborted();
    const startedMs = input.clock?.monotonicMs() ?? 0;
    const { id, title } = check;
    emit({ type: 'step-started', id, title });
    const gap = await leftOut(check);
    const outcome = gap
      ? { findings: [], notChecked: [gap], isChecked: false }
      : await runOne(check, contextFor, crossing, await visible(), signal);
    const own = outcome.findings.map((finding) => ({ check: id, ...finding }));
    findings.push(...own);
    notChecked.push(...outcome.notChecked);
    if (outcome.isChecked) checked.push(id);
    const counts = countFindings({ findings: own });
    const reason = outcome.isChecked ? undefined : outcome.notChecked.at(-1)?.reason;
    emit({
      type: 'step-ended',
      id,
      title,
      outcome: !outcome.isChecked ? 'failed' : counts.error > 0 ? 'blocked' : 'done',
      durationMs: (input.clock?.monotonicMs() ?? 0) - startedMs,
      evidence: `${counts.error} errors, ${counts.warning} warnings, ${counts.notice} notices`,
      ...(reason === undefined ? {} : { reason: `not checked: ${reason}` }),
    });
  }
  return { serverVersion: server.version, sourceVersion, targetVersion, checked, findings, notChecked };
}

/** Throws only when `signal` is aborted. */
async function runOne(
  check: UpgradeCheck,
  contextFor: ContextOf,
  crossing: Crossing,
  visibility: Visibility | undefined,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const notChecked: NotChecked[] = [];
  try {
    const context = contextFor((object, error) => notChecked.push(gapOf(check, error, object)));
    const found = await check.run({ ...context, crossing });
    const { kept, leftOut } = cutFindings(check.id, found);
    return { findings: kept, notChecked: [...notChecked, ...unseen(check, visibility), ...leftOut], isChecked: true };
  } catch (error) {
    signal?.throwIfAborted();
    return { findings: [], notChecked: [...notChecked, gapOf(check, error)], isChecked: false };
  }
}

function gapOf(check: UpgradeCheck, error: unknown, object?: string): NotChecked {
  const { reason, isMissingGrant } = describeFailure(error);
  return {
    check: check.id,
    reason,
    ...(object === undefined ? {} : { object }),
    ...(isMissingGrant ? { needs: check.needs } : {}),
    ...(error instanceof UpgradeError && error.code === WITHOUT_AWS ? { because: 'no-aws' as const } : {}),
  };
}

/** Decides, before a check is run, whether it is left out and why. */
function leavingOut(input: PrecheckInput): (check: UpgradeCheck) => Promise<NotChecked | undefined> {
  const { server, maxTables = DEFAULT_MAX_TABLES } = input;
  const tables = once(() => countTables(server.version, (query) => server.read(query, limitsOf(input))));
  return async (check) => {
    if (check.onRequest === 'check-tables') {
      if (input.checkTables === true) return undefined;
      return {
        check: check.id,
        reason:
          'only on request: it reads every table and costs a busy server much. Run it with --check-tables in a quiet hour, or on a clone (--on-clone).',
        because: 'on-request',
      };
    }
    if (!opensEveryTable(check, server.version)) return undefined;
    const found = await tables();
    return found !== undefined && found > maxTables ? leftOutForSize(check.id, found, maxTables) : undefined;
  };
}

function limitsOf({ signal }: PrecheckInput): CallLimits {
  return { timeoutMs: CALL_LIMIT_MS, ...(signal ? { signal } : {}) };
}
