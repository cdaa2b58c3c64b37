import type { StepContext } from '../engine/step';

/** Whether blue can no longer be asked: stopped, being stopped or deleted. */
export async function blueIsGone(context: StepContext): Promise<boolean> {
  const cluster = await context.aws.rds.cluster(context.config.blue.cluster);
  return cluster === undefined || ['stopping', 'stopped', 'deleting'].includes(cluster.status);
}
