/** Small shapes that every step uses. */
import type { CallLimits, MysqlServer, Query, Side, Statement } from '../ports/mysql-server';
import type { AwsCall } from '../ports/aws';
import type { Change, Problem, StepContext } from './step';
import { UpgradeError } from './errors';
import type { ClusterFacts } from '../state/format';

/** Time for a statement that is expected to answer at once. */
const PROMPT_MS = 15_000;
/** Time for an AWS call, the SDK's own retries included. */
const AWS_CALL_MS = 60_000;

export function limits(context: Pick<StepContext, 'signal'>, timeoutMs = PROMPT_MS): CallLimits {
  return { timeoutMs, signal: context.signal };
}

export async function ask<T>(context: StepContext, side: Side, query: Query<T>): Promise<T> {
  return (await server(context, side)).read(query, limits(context));
}

export async function tell(context: StepContext, side: Side, ...statements: readonly Statement[]): Promise<void> {
  const to = await server(context, side);
  for (const statement of statements) await to.run(statement, limits(context));
}

export async function call(context: StepContext, ...calls: readonly AwsCall[]): Promise<void> {
  for (const one of calls) await context.aws.run(one, limits(context, AWS_CALL_MS));
}

export function server(context: StepContext, side: Side): Promise<MysqlServer> {
  return context.mysql.connect(side);
}

/** Facts of a cluster that an earlier step has recorded; their absence is a mistake of the order of steps. */
export function clusterFacts(context: Pick<StepContext, 'facts'>, side: Side): ClusterFacts {
  const facts = context.facts()[side];
  if (!facts) {
    throw new UpgradeError(`nothing is known of ${side} yet`, {
      code: 'facts-missing',
      source: 'user',
      hint:
        side === 'blue'
          ? 'Run `npm run apply` first: it looks at blue and prepares it.'
          : 'Run `npx cdktf deploy`, then `npm run apply`: they create green and look at it.',
    });
  }
  return facts;
}

export function sql(side: Side, ...statements: readonly Statement[]): readonly Change[] {
  return statements.map((statement) => ({ kind: 'sql', side, statement }));
}

export function aws(...calls: readonly AwsCall[]): readonly Change[] {
  return calls.map((one) => ({ kind: 'aws', call: one }));
}

export function value(what: string, before: string, after: string): Change {
  return { kind: 'value', what, before, after };
}

export function problem(code: string, summary: string, detail: string): Problem {
  return { code, summary, detail };
}
