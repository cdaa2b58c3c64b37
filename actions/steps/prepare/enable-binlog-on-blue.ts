import {
  attachClusterParameterGroup,
  createClusterParameterGroup,
  modifyClusterParameters,
  rebootInstance,
} from '../../aws/calls';
import { ask, aws, call, clusterFacts, limits, problem, value } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { BlockedError } from '../../engine/runner';
import { waitUntil } from '../../engine/wait-until';
import { binlogPosition, globalVariables } from '../../mysql/queries';
import type { AwsCall } from '../../ports/aws';
import { observeCluster } from '../observe-cluster';

/**
 * Postcondition: blue's writer writes a binary log in the configured format.
 * Observed on the server itself (`SHOW GLOBAL VARIABLES`), since a group's value may still wait for a reboot.
 * Undo leaves the group and its format as they are: turning the log off is another outage, and a person's decision.
 */
export const enableBinlogOnBlue: Step = {
  id: 'enable-binlog-on-blue',
  phase: 'prepare',
  title: 'Turn the binary log of blue on',
  async check(context) {
    if (!context.facts().blue) return { is: 'later', waitsFor: 'the facts of blue', changes: [] };
    const wanted = context.config.replication.binlogFormat;
    const live = await ask(context, 'blue', globalVariables(['log_bin', 'binlog_format', 'log_bin_use_v1_row_events']));
    if (live.get('log_bin_use_v1_row_events') === 'ON') {
      return {
        is: 'blocked',
        problems: [
          problem(
            'v1-row-events',
            'blue writes row events in the old format',
            'log_bin_use_v1_row_events=ON: a newer server cannot read these events (13121). Reset the parameter in the instance group of blue, reboot the writer, and run the command again.',
          ),
        ],
      };
    }
    const isOn = live.get('log_bin') === 'ON' && live.get('binlog_format') !== 'OFF';
    // A running log in another format is respected: MIXED and STATEMENT are the operator's right, with a warning.
    if (isOn && live.get('binlog_format') === wanted) {
      return { is: 'done', evidence: `binlog_format is ${wanted} on the writer` };
    }
    const plan = await plannedCalls(context);
    const before = isOn ? (live.get('binlog_format') ?? 'unknown') : 'OFF';
    return {
      is: 'needed',
      changes: [...aws(...plan.calls), value('binlog_format on the writer of blue', before, wanted)],
      ...(wanted === 'ROW' ? {} : { warning: FORMAT_WARNING }),
    };
  },

  async do(context) {
    const plan = await plannedCalls(context);
    const needsReboot = plan.calls.some((planned) => planned.action === 'RebootDBInstance');
    if (needsReboot && !context.allowed.has('allow-reboot'))
      throw rebootNotAllowed(clusterFacts(context, 'blue').writerInstanceId);
    for (const planned of plan.calls) {
      await call(context, planned);
      if (planned.action === 'RebootDBInstance') await serving(context);
    }
    if (context.facts().blue?.clusterParameterGroup !== plan.group) {
      await context.remember({ blue: { ...clusterFacts(context, 'blue'), clusterParameterGroup: plan.group } });
    }
  },
};

const FORMAT_WARNING =
  'Only ROW carries every change exactly; MIXED and STATEMENT can diverge silently (UUID(), implicit order) or stop at syntax that green does not know.';

function rebootNotAllowed(writer: string): BlockedError {
  return new BlockedError({ id: 'enable-binlog-on-blue' }, [
    problem(
      'reboot-needed',
      'the binary log of blue can only be turned on with a reboot',
      `binlog_format of a running writer does not change from OFF: \`${writer}\` must be rebooted, which interrupts every connection for some seconds to minutes. Run \`npm run apply -- --allow-reboot\` at a time that suits. Nothing was changed.`,
    ),
  ]);
}

/** The calls that are still missing, in order, and the group that blue ends up with. */
async function plannedCalls(context: StepContext): Promise<{ calls: readonly AwsCall[]; group: string }> {
  const observed = await observeCluster(context, context.config.blue.cluster);
  if (observed.is !== 'ready') return { calls: [], group: clusterFacts(context, 'blue').clusterParameterGroup };
  const { cluster, writer, facts } = observed;
  const isDefault = cluster.parameterGroup.startsWith('default.');
  // A default group cannot be edited: an own one takes its place.
  const group = isDefault ? `${context.config.name}-blue-binlog` : cluster.parameterGroup;
  const calls: AwsCall[] = [];
  if (isDefault && (await context.aws.rds.parameterGroupFamily('cluster', group)) === undefined) {
    calls.push(createClusterParameterGroup(group, facts.family, `Binary log for the upgrade ${context.config.name}`));
  }
  const format = context.config.replication.binlogFormat;
  const current = isDefault && calls.length > 0 ? [] : await context.aws.rds.parameters('cluster', group, 'all');
  if (current.find((parameter) => parameter.name === 'binlog_format')?.value !== format) {
    calls.push(
      ...modifyClusterParameters(group, [{ name: 'binlog_format', value: format, applyMethod: 'pending-reboot' }]),
    );
  }
  if (isDefault) calls.push(attachClusterParameterGroup(cluster.id, group));
  calls.push(rebootInstance(writer.id));
  return { calls, group };
}

/** The reply to a reboot comes before the reboot: wait for the server to show the new format. */
async function serving(context: StepContext): Promise<void> {
  const wanted = context.config.replication.binlogFormat;
  await waitUntil(
    {
      ...context,
      reason: 'the writer of blue to come back with its binary log on',
      budgetMs: 15 * 60_000,
      intervalMs: 1_000,
      hint: 'Look at the events of the instance in the RDS console, then run the same command again.',
    },
    async (see) => {
      try {
        const server = await context.mysql.connect('blue');
        const live = await server.read(globalVariables(['binlog_format', 'log_bin']), limits(context));
        see(`binlog_format ${live.get('binlog_format') ?? 'unknown'}`);
        const position = await server.read(binlogPosition(server.version), limits(context));
        const observed = await observeCluster(context, context.config.blue.cluster);
        return live.get('binlog_format') === wanted && position && observed.is === 'ready' ? true : undefined;
      } catch {
        see('not reachable');
        return undefined;
      }
    },
  );
}
