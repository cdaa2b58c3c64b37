/** Keeping binary logs long enough on one side; both sides do it the same way. */
import { ask, sql, tell } from '../engine/context';
import type { Check, StepContext } from '../engine/step';
import { binlogRetention } from '../mysql/queries';
import { setBinlogRetention } from '../mysql/statements';
import type { Side } from '../ports/mysql-server';

const HOUR_MS = 3_600_000;

export function wantedHours(context: StepContext): number {
  return Math.ceil(context.config.replication.retention / HOUR_MS);
}

/** Done when the side keeps its logs at least as long as configured: a longer retention is somebody's decision. */
export async function checkRetention(context: StepContext, side: Side): Promise<Check> {
  const current = await ask(context, side, binlogRetention());
  const wanted = wantedHours(context);
  if (current !== null && current >= wanted)
    return { is: 'done', evidence: `${side} keeps its binary logs for ${current} h` };
  return {
    is: 'needed',
    changes: [
      ...sql(side, setBinlogRetention(wanted)),
      {
        kind: 'value',
        what: `binlog retention hours on ${side}`,
        before: String(current ?? 'NULL'),
        after: String(wanted),
      },
    ],
  };
}

export async function setRetention(context: StepContext, side: Side, hours: number | null): Promise<void> {
  await tell(context, side, setBinlogRetention(hours));
}
