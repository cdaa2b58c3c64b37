import { clusterTags } from '../adapters/aws-cluster-tags';
import { createAws } from '../adapters/aws-sdk';
import { systemClock } from '../adapters/system-clock';
import type { ThrowAwayPorts } from '../scratch/throw-away-cluster';

/** Without the signal of Ctrl-C: the cluster has to be deleted after it, too. */
export function throwAwayPorts(region: string): ThrowAwayPorts {
  const settings = { region, clock: systemClock };
  return { aws: createAws(settings), tags: clusterTags(settings), clock: systemClock };
}
