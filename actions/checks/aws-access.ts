import { UpgradeError } from '../engine/errors';
import type { Aws } from '../ports/aws';
import type { CheckContext } from './check';

/** Throws what `blueCluster` throws when the run has no AWS: the check is then reported as not checked for that reason. */
export async function awsOf(context: CheckContext): Promise<Aws> {
  await context.blueCluster();
  if (context.aws) return context.aws;
  throw new UpgradeError('no AWS', { code: 'precheck-without-aws', source: 'user' });
}
