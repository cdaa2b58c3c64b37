import type { CheckContext, Finding, UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';
import { number, select, show, text } from './queries';

const METRIC = select(
  'history-list-length',
  "SELECT `COUNT` AS hll, status AS status FROM information_schema.innodb_metrics WHERE name = 'trx_rseg_history_len'",
);
/** The counter is stale while its metric is disabled. */
const STATUS = show('innodb-status', 'SHOW ENGINE INNODB STATUS');

/** As CloudWatch calls it. */
const METRIC_NAME = 'RollbackSegmentHistoryListLength';

export const historyListLength: UpgradeCheck = {
  id: 'historyListLength',
  auroraId: 'auroraUpgradeCheckForRollbackSegmentHistoryLength',
  title: 'History list length',
  group: 'operational',
  severity: 'warning',
  whyItMatters:
    'The upgrade shuts the server down cleanly, which purges every undo record first. With many of them it takes long, also when a snapshot is restored at the new version. Up to 100,000 is generally acceptable; Aurora itself warns above 1,000,000.',
  documentation: AURORA_MAJOR_UPGRADE,
  needs: 'PROCESS; with AWS cloudwatch:GetMetricData',
  queries: [METRIC, STATUS],
  appliesTo: () => true,
  async run(context) {
    const limit = context.thresholds.historyListLength;
    const findings: Finding[] = [];
    const found = (object: string, length: number): Finding => ({
      level: 'warning',
      object,
      description: `${length} undo records wait to be purged; the limit is ${limit}.`,
      cure: 'End the oldest transactions (see longRunningTransactions), wait until the length has come down, and take the snapshot then.',
    });
    const length = await historyLength(context);
    if (length > limit) findings.push(found('trx_rseg_history_len', length));
    try {
      const highest = await highestInCloudwatch(context);
      // The server's own number is newer; the metric adds the longest of the last minutes.
      if (length <= limit && highest !== undefined && highest > limit) findings.push(found(METRIC_NAME, highest));
    } catch (error) {
      context.couldNotRead(`CloudWatch ${METRIC_NAME}`, error);
    }
    return findings;
  },
};

/** Undefined without AWS: the server has told already. */
async function highestInCloudwatch(context: CheckContext): Promise<number | undefined> {
  if (!context.aws || !context.config) return undefined;
  const writer = (await context.blueCluster()).members.find(({ isWriter }) => isWriter);
  return writer && (await context.aws.surroundings.recentMaximum(METRIC_NAME, writer.instanceId));
}

async function historyLength(context: CheckContext): Promise<number> {
  const metric = (await context.read(METRIC))[0];
  if (metric && text(metric, 'status') === 'enabled') return number(metric, 'hll');
  const status = (await context.read(STATUS)).map((row) => text(row, 'Status')).join('\n');
  const found = /History list length (\d+)/.exec(status)?.[1];
  if (found === undefined) throw new Error('SHOW ENGINE INNODB STATUS does not tell the history list length');
  return Number(found);
}
