import type { EndpointConfig } from '../../config/endpoint-schema';
import { clusterFacts } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import type { Side } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Endpoint } from './endpoint';
import { hookEndpoint } from './hook-endpoint';
import { proxyTarget } from './proxy-target';
import { route53Record } from './route53-record';
import { route53Weights } from './route53-weights';
import { secretValue } from './secret-value';
import { ssmParameter } from './ssm-parameter';

/** Between which clusters endpoints move, and in which switch: calls that can be told apart are marked with its id. */
export interface Move {
  readonly switchId: string;
  readonly from: Side;
  readonly to: Side;
  readonly facts: { readonly from: ClusterFacts; readonly to: ClusterFacts };
}

/** The endpoints of upgrade.yaml, in its order, as they move from one side to the other. Asks nothing yet. */
export function endpointsOf(context: StepContext, from: Side, to: Side, switchId: string): readonly Endpoint[] {
  const facts = { from: clusterFacts(context, from), to: clusterFacts(context, to) };
  return context.config.endpoints.map((config) => endpointOf(context, config, { switchId, from, to, facts }));
}

function endpointOf(context: StepContext, config: EndpointConfig, move: Move): Endpoint {
  switch (config.kind) {
    case 'route53':
      return config.weights === undefined
        ? route53Record(context, config, move)
        : route53Weights(context, { ...config, weights: config.weights }, move);
    case 'secret':
      return secretValue(context, config, move);
    case 'ssm-parameter':
      return ssmParameter(context, config, move);
    case 'rds-proxy':
      return proxyTarget(context, config, move);
    case 'hook':
      return hookEndpoint(context, config, move);
  }
}
