import type { HookEndpointConfig } from '../../config/endpoint-schema';
import { value } from '../../engine/context';
import { OutcomeUnknownError, UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import type { Command, CommandOutcome } from '../../ports/command';
import type { CallLimits } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Endpoint, EndpointState } from './endpoint';
import type { Move } from './endpoints-of';

/** Exit codes of `state`; any other one, and a kill, is unknown. */
const STATES: Readonly<Record<number, EndpointState>> = { 0: 'there', 1: 'not-yet', 2: 'elsewhere' };

/**
 * Commands of the operator's own. `switch` may be run more than once, and only after `state` has said that it is not there:
 * what a killed command had done by then is unknown until it has been looked at.
 */
export function hookEndpoint(context: StepContext, config: HookEndpointConfig, { from, to, facts }: Move): Endpoint {
  const environment = {
    AURORA_CUTOVER_ENDPOINT: config.name,
    AURORA_CUTOVER_DIRECTION: from === 'blue' ? 'cutover' : 'rollback',
    AURORA_CUTOVER_FROM: from,
    AURORA_CUTOVER_TO: to,
    ...variables('FROM', facts.from),
    ...variables('TO', facts.to),
  };
  const run = (words: readonly string[], within: CallLimits): Promise<CommandOutcome> =>
    context.commands.run(commandOf(words, environment), {
      ...within,
      timeoutMs: Math.min(config.timeout, within.timeoutMs),
    });
  return {
    name: `hook ${config.name}`,
    application: config.application,
    tailMs: config.ttl,
    callMs: config.timeout,
    async state(within) {
      const outcome = await run(config.state, within);
      const is = (outcome.is === 'exited' ? STATES[outcome.exitCode] : undefined) ?? 'unknown';
      return { is, seen: is === 'unknown' ? describe(config.state, outcome) : told(outcome) || is };
    },
    async switch(within) {
      const outcome = await run(config.switch, within);
      if (outcome.is === 'exited' && outcome.exitCode === 0) return;
      const hint = `${describe(config.switch, outcome)}.`;
      if (outcome.is === 'killed')
        throw new OutcomeUnknownError(`whether the hook ${config.name} has switched is not known`, {
          source: 'user',
          hint,
        });
      throw new UpgradeError(`the hook ${config.name} did not switch`, {
        code: 'endpoint-hook-failed',
        source: 'user',
        retryable: outcome.is === 'exited',
        hint,
      });
    },
    settled: () => Promise.resolve(),
    changes: () => Promise.resolve([value(`run ${config.switch.join(' ')}`, facts.from.endpoint, facts.to.endpoint)]),
    manual: () => [`${config.switch.join(' ')}  (with AURORA_CUTOVER_TO_HOST=${facts.to.endpoint} and its sisters)`],
  };
}

function commandOf([program = '', ...args]: readonly string[], environment: Command['environment']): Command {
  return { program, args, environment };
}

function variables(end: 'FROM' | 'TO', facts: ClusterFacts): Readonly<Record<string, string>> {
  return {
    [`AURORA_CUTOVER_${end}_CLUSTER`]: facts.clusterId,
    [`AURORA_CUTOVER_${end}_HOST`]: facts.endpoint,
    [`AURORA_CUTOVER_${end}_READER_HOST`]: facts.readerEndpoint ?? facts.endpoint,
    [`AURORA_CUTOVER_${end}_PORT`]: String(facts.port),
  };
}

function describe(words: readonly string[], outcome: CommandOutcome): string {
  const what = words.join(' ');
  if (outcome.is === 'not-started') return `\`${what}\` could not be started: ${outcome.why}`;
  const how = outcome.is === 'killed' ? `was killed: ${outcome.why}` : `ended with ${outcome.exitCode}`;
  return `\`${what}\` ${how}${outcome.output === '' ? '' : `, and said: ${outcome.output}`}`;
}

/** The last line that it printed. */
function told(outcome: CommandOutcome): string {
  return outcome.is === 'exited' ? (outcome.output.split('\n').at(-1) ?? '') : '';
}
