import type { StepContext } from '../engine/step';

/** Whether blue can no longer be asked: stopped, being stopped, started again to be deleted, or without instances. */
export async function blueIsGone(context: StepContext): Promise<boolean> {
  const cluster = await context.aws.rds.cluster(context.config.blue.cluster);
  if (!cluster || ['stopping', 'stopped', 'starting', 'deleting'].includes(cluster.status)) return true;
  return !cluster.members.some((member) => member.isWriter);
}
