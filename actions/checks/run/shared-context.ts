import { UpgradeError } from '../../engine/errors';
import type { Query } from '../../ports/mysql-server';
import type { CheckContext } from '../check';
import { CALL_LIMIT_MS, show, text } from '../queries';
import type { PrecheckInput } from '../run-checks';
import { once, readerOf, storedLists } from '../stored-objects';
import { DEFAULT_THRESHOLDS } from '../thresholds';

const VARIABLES = show('global-variables', 'SHOW GLOBAL VARIABLES');

/** Code of the error by which a check says that it needs AWS, which this run was not given. */
export const WITHOUT_AWS = 'precheck-without-aws';

export type ContextOf = (couldNotRead: CheckContext['couldNotRead']) => Omit<CheckContext, 'crossing'>;

/** What is read once a run, under the name of whoever asks. */
export function sharedContext(input: PrecheckInput): ContextOf {
  const { server, aws, config, commands, signal } = input;
  const limits = { timeoutMs: CALL_LIMIT_MS, ...(signal ? { signal } : {}) };
  const read = <T>(query: Query<T>): Promise<T> => server.read(query, limits);
  const lists = storedLists(server.version, read);
  const variables = once(async () => {
    const rows = await read(VARIABLES);
    return new Map(rows.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]));
  });
  const blueCluster = once(async () => {
    if (!aws || !config) {
      throw new UpgradeError('no AWS', {
        code: WITHOUT_AWS,
        source: 'user',
        hint: 'Run it with upgrade.yaml and with AWS credentials to have the platform checked too.',
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
    commands,
    thresholds: { ...DEFAULT_THRESHOLDS, ...input.thresholds },
    read,
    variables,
    blueCluster,
    stored: readerOf(lists, couldNotRead),
    couldNotRead,
  });
}
