/** The report that every cutover and rollback leaves beside the state. */
import { basename, dirname, join } from 'node:path';
import { thisProcess } from '../adapters/this-process';
import type { TrafficSample } from '../cutover/traffic';
import { ask, clusterFacts } from '../engine/context';
import { messageOf } from '../engine/errors';
import { readSavedPlan } from '../engine/saved-plan';
import type { StepContext } from '../engine/step';
import { readHealth, USUAL_SPAN_MS } from '../health/read-health';
import { binlogRetention, globalVariables } from '../mysql/queries';
import type { Side } from '../ports/mysql-server';
import type { CutoverSummary } from '../state/format';
import type { CutoverReport, DirectionReport, LogFacts } from '../view/report/model';
import { saveReport } from '../view/report/save-report';
import { switchReport } from '../view/report/switch-report';
import type { Command } from './command';

export interface Reported {
  readonly summary: CutoverSummary;
  readonly evidence: readonly string[];
  readonly gates: DirectionReport['gates'];
  readonly traffic: readonly TrafficSample[];
  /** File of the reviewed plan, when one was named. */
  readonly planFile: string | undefined;
}

/** Best effort: a report that cannot be written changes nothing of how the switch ended. Answers the path of the page. */
export async function writeReport({ config, context, printer }: Command, told: Reported): Promise<string | undefined> {
  const { summary, evidence, gates, traffic, planFile } = told;
  try {
    const begun = new Date(Date.parse(summary.startedAt) - USUAL_SPAN_MS);
    const [logs, plan, health] = await Promise.all([
      logsOf(context, summary.endedAt),
      planOf(planFile),
      // Also after Ctrl-C, and only for seconds: the switch is over, and its report should be whole.
      readHealth({ ...context, signal: new AbortController().signal }, begun),
    ]);
    const { user, host } = thisProcess.self();
    const report = switchReport({
      upgrade: config.name,
      who: `${user}@${host}`,
      when: context.clock.now().toISOString(),
      facts: context.facts(),
      summary,
      gates,
      evidence,
      traffic,
      ...(plan ? { plan } : {}),
      ...(logs ? { logs } : {}),
      health,
    });
    const name = `${summary.startedAt.replaceAll(/[:.]/g, '-')}-${summary.direction}`;
    return await saveReport(report, join(dirname(config.besideState), 'reports', name));
  } catch (error) {
    printer.emit({ type: 'note', level: 'warning', code: 'report-not-written', text: messageOf(error) });
    return undefined;
  }
}

async function planOf(file: string | undefined): Promise<CutoverReport['plan']> {
  if (file === undefined) return undefined;
  return { file: basename(file), hash: (await readSavedPlan(file)).hash };
}

/** Undefined when a side cannot be asked any more: the positions are in the report all the same. */
async function logsOf(context: StepContext, endedAt: string): Promise<DirectionReport['logs']> {
  try {
    const [blue, green] = await Promise.all([logOf(context, 'blue', endedAt), logOf(context, 'green', endedAt)]);
    return { blue, green };
  } catch {
    return undefined;
  }
}

const HOUR_MS = 3_600_000;

async function logOf(context: StepContext, side: Side, endedAt: string): Promise<LogFacts> {
  const [variables, retentionHours] = await Promise.all([
    ask(context, side, globalVariables(['binlog_format', 'binlog_row_image', 'gtid_mode'])),
    ask(context, side, binlogRetention()),
  ]);
  return {
    serverUuid: clusterFacts(context, side).serverUuid,
    binlogFormat: variables.get('binlog_format') ?? 'unknown',
    rowImage: variables.get('binlog_row_image') ?? 'unknown',
    gtidMode: variables.get('gtid_mode') ?? 'unknown',
    retentionHours,
    ...(retentionHours === null
      ? {}
      : { keptUntil: new Date(Date.parse(endedAt) + retentionHours * HOUR_MS).toISOString() }),
  };
}
