import type { StepContext } from '../../engine/step';
import { clusterFacts } from '../../engine/context';
import { hasReadOnlyProcedure, parseAuroraVersion } from '../../mysql/version';
import type { MysqlServer } from '../../ports/mysql-server';
import { clusterParameterGroupFence } from './cluster-parameter-group';
import type { Fence } from './fence';
import { rdsSetReadOnlyFence } from './rds-set-read-only';

/** The quickest fence that the version of this side has. */
export function chooseFence(context: StepContext, server: MysqlServer): Fence {
  const facts = clusterFacts(context, server.side);
  return hasReadOnlyProcedure(parseAuroraVersion(facts.engineVersion))
    ? rdsSetReadOnlyFence(context, server, facts)
    : clusterParameterGroupFence(context, server, facts);
}
