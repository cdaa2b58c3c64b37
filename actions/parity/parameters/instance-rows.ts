/** Every instance: what waits for a reboot, and which groups it runs with. RDS tells; readers are not asked themselves. Pure. */
import type { Cluster, Instance, Parameter } from '../../ports/aws';
import type { ParameterPlan } from '../../state/format';
import type { ParityRow } from '../parity';

export interface GreenInstances {
  readonly cluster: Cluster;
  readonly instances: readonly Instance[];
  readonly declared: { readonly clusterParameterGroup: string; readonly instanceParameterGroup: string };
  readonly plan: ParameterPlan;
}

const IN_SYNC = 'in-sync';
const PENDING = 'pending-reboot';

export function instanceRows({ cluster, instances, declared, plan }: GreenInstances): readonly ParityRow[] {
  return [
    groupRow('parameter group of the cluster', declared.clusterParameterGroup, cluster.parameterGroup),
    ...cluster.members.flatMap((member) => {
      const instance = instances.find(({ id }) => id === member.instanceId);
      const statuses = [member.clusterParameterStatus, instance?.parameterStatus ?? IN_SYNC] as const;
      return [
        statusRow(member.instanceId, statuses, plan),
        ...(instance
          ? [groupRow(`parameter group of ${instance.id}`, declared.instanceParameterGroup, instance.parameterGroup)]
          : []),
      ];
    }),
  ];
}

/** Whether something that was declared is not there yet, as RDS says. */
export function waitsForReboot({ cluster, instances }: Pick<GreenInstances, 'cluster' | 'instances'>): boolean {
  return (
    cluster.members.some(({ clusterParameterStatus }) => clusterParameterStatus === PENDING) ||
    instances.some(({ parameterStatus }) => parameterStatus === PENDING)
  );
}

function groupRow(subject: string, declared: string, found: string): ParityRow {
  const row = { subject, blue: null, green: found };
  if (declared === found) return { ...row, verdict: 'same' };
  return {
    ...row,
    verdict: 'warns',
    reason: `${declared} is declared; what the plan says of parameters does not hold in another group.`,
    cure: ['npx cdktf deploy', 'npm run apply'],
  };
}

function statusRow(id: string, [ofCluster, ofInstance]: readonly [string, string], plan: ParameterPlan): ParityRow {
  const row = { subject: `parameters of ${id}`, blue: null, green: `cluster ${ofCluster}, instance ${ofInstance}` };
  if (ofCluster === IN_SYNC && ofInstance === IN_SYNC) return { ...row, verdict: 'same' };
  const isPending = ofCluster === PENDING || ofInstance === PENDING;
  if (!isPending)
    return {
      ...row,
      verdict: 'warns',
      reason: 'RDS is applying them: ask again in a minute.',
      cure: ['npm run verify -- --parameters'],
    };
  const waiting = [...(ofCluster === PENDING ? plan.cluster : []), ...(ofInstance === PENDING ? plan.instance : [])]
    .filter(({ applyMethod }) => applyMethod === PENDING)
    .map(({ name }) => name);
  return {
    ...row,
    verdict: 'warns',
    reason: `It waits for a reboot${waiting.length > 0 ? `, which these need: ${waiting.join(', ')}` : ''}. After the switch the reboot would be downtime of the application.`,
    cure: ['npm run apply'],
  };
}

/** `ofWriter`: what somebody set in the group that was carried to green. */
export function readerGroupRow(
  reader: Instance,
  ofReader: readonly Parameter[],
  ofWriter: readonly Parameter[],
): ParityRow {
  const values = new Map(ofWriter.map(({ name, value }) => [name, value]));
  const others = ofReader.filter(({ name, value }) => values.get(name) !== value);
  const missing = ofWriter.filter(({ name }) => !ofReader.some((one) => one.name === name));
  const differing = [...others, ...missing].map(({ name }) => name).sort();
  const row = { subject: `parameter group of blue's ${reader.id}`, blue: reader.parameterGroup, green: null };
  if (differing.length === 0) return { ...row, verdict: 'same' };
  return {
    ...row,
    verdict: 'warns',
    reason: `Blue's readers are not set as its writer is (${differing.join(', ')}); all instances of green have the writer's values.`,
    cure: ['Decide on one value each and name it in green.instanceParameters of upgrade.yaml.'],
  };
}
