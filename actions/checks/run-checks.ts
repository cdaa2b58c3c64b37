import { UpgradeError } from '../engine/errors';
import type { UpgradeConfig } from '../config/schema';
import type { Emit } from '../engine/events';
import type { Aws } from '../ports/aws';
import type { Clock } from '../ports/clock';
import type { MysqlServer, Query } from '../ports/mysql-server';
import { UPGRADE_CHECKS } from './catalogue';
import type { CheckContext, Finding, Thresholds, UpgradeCheck } from './check';
import { crossingOf } from './crossing';
import { describeFailure } from './failure';
import { CALL_LIMIT_MS, show, text } from './queries';
import { countFindings, type NotChecked, type PrecheckFinding, type PrecheckReport } from './report';
import { once, readerOf, storedLists } from './stored-objects';
import { DEFAULT_THRESHOLDS } from './thresholds';

export interface PrecheckInput {
  /** Blue's writer. */
  readonly server: MysqlServer;
  /** Without it, or without `config`, the checks of the platform are reported as not checked. */
  readonly aws?: Aws;
  readonly config?: UpgradeConfig;
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
}

const VARIABLES = show('global-variables', 'SHOW GLOBAL VARIABLES');

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

  for (const check of (input.checks ?? UPGRADE_CHECKS).filter(({ appliesTo }) => appliesTo(crossing))) {
    signal?.throwIfAborted();
    const startedMs = input.clock?.monotonicMs() ?? 0;
    emit({ type: 'step-started', id: check.id, title: check.title });
    const skipped = (error: unknown, object?: string): NotChecked => {
      const { reason, isMissingGrant } = describeFailure(error);
      return {
        check: check.id,
        reason,
        ...(object === undefined ? {} : { object }),
        ...(isMissingGrant ? { needs: check.needs } : {}),
      };
    };
    let own: readonly Finding[] = [];
    let failure: NotChecked | undefined;
    try {
      own = await check.run({
        ...contextFor((object, error) => notChecked.push(skipped(error, object))),
        crossing,
      });
      checked.push(check.id);
    } catch (error) {
      signal?.throwIfAborted();
      failure = skipped(error);
      notChecked.push(failure);
    }
    findings.push(...own.map((finding) => ({ check: check.id, ...finding })));
    const counts = countFindings({ findings: findings.filter((finding) => finding.check === check.id) });
    emit({
      type: 'step-ended',
      id: check.id,
      title: check.title,
      outcome: failure ? 'failed' : counts.error > 0 ? 'blocked' : 'done',
      durationMs: (input.clock?.monotonicMs() ?? 0) - startedMs,
      evidence: `${counts.error} errors, ${counts.warning} warnings, ${counts.notice} notices`,
      ...(failure ? { reason: `not checked: ${failure.reason}` } : {}),
    });
  }
  return { serverVersion: server.version, sourceVersion, targetVersion, checked, findings, notChecked };
}

type ContextOf = (couldNotRead: CheckContext['couldNotRead']) => Omit<CheckContext, 'crossing'>;

/** What is read once a run, under the name of whoever asks. */
function sharedContext(input: PrecheckInput): ContextOf {
  const { server, aws, config, signal } = input;
  const limits = { timeoutMs: CALL_LIMIT_MS, ...(signal ? { signal } : {}) };
  const read = <T>(query: Query<T>): Promise<T> => server.read(query, limits);
  const lists = storedLists(server.version, read);
  const variables = once(async () => {
    const rows = await read(VARIABLES);
    return new Map(rows.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]));
  });
  const blueCluster = once(async () => {
    if (!aws || !config) {
      throw new UpgradeError('this run was given no access to AWS', {
        code: 'precheck-without-aws',
        source: 'user',
        hint: 'Run it with the configuration and with AWS credentials to have the platform checked too.',
      });
    }
    const cluster = await aws.rds.cluster(config.blue.cluster);
    if (!cluster) {
      throw new UpgradeError(`RDS knows no cluster ${config.blue.cluster} in ${config.region}`, {
        code: 'blue-not-found',
        source: 'user',
      });
    }
    return cluster;
  });
  return (couldNotRead) => ({
    server,
    aws,
    config,
    thresholds: { ...DEFAULT_THRESHOLDS, ...input.thresholds },
    read,
    variables,
    blueCluster,
    stored: readerOf(lists, couldNotRead),
    couldNotRead,
  });
}
