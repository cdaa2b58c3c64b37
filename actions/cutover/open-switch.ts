/** Brings together what a switch needs, and connects and warms it before writes are blocked. */
import type { StepContext } from '../engine/step';
import type { Side } from '../ports/mysql-server';
import type { CutoverRecord, Direction } from '../state/format';
import { otherSide } from '../steps/channel';
import { PROBE_USER, toolCredentials } from '../steps/tool-accounts';
import type { Switch } from './driver';
import { endpointsOf } from './endpoints/endpoints-of';
import { fencingOf } from './fences/fencing';
import { examineHold, type Holding } from './hold-tables';
import { sessionKiller } from './kill-sessions';
import { switchLocks } from './locks';

export interface SwitchParts extends Omit<Switch, 'base'> {
  readonly context: StepContext;
  readonly direction: Direction;
  /** The switch to go on with; a new one is given `newId`. */
  readonly record: CutoverRecord | undefined;
  readonly newId: string;
}

/** The side that serves before the switch. */
export function fromSide(direction: Direction): Side {
  return direction === 'cutover' ? 'blue' : 'green';
}

/** Connects; changes nothing. Give the switch to `closeSwitch` at the end. */
export async function openSwitch(parts: SwitchParts): Promise<Switch> {
  const opened: Closable[] = [];
  try {
    return await bringTogether(parts, (one) => {
      opened.push(one);
      return one;
    });
  } catch (error) {
    // A connection that is left open would keep the process.
    await Promise.all(opened.map((one) => one.close()));
    throw error;
  }
}

interface Closable {
  /** Never throws. */
  close(): Promise<void>;
}

async function bringTogether(
  { context, direction, record, newId, ...rest }: SwitchParts,
  keep: <T extends Closable>(one: T) => T,
): Promise<Switch> {
  const from = fromSide(direction);
  const to = otherSide(from);
  const [blue, green] = await Promise.all([context.mysql.connect('blue'), context.mysql.connect('green')]);
  // Behind the fence of a resumed switch nothing needs to be proven that was not proven before.
  const probe = record
    ? undefined
    : keep(await context.mysql.openSessionAs(from, await toolCredentials(context, from, PROBE_USER)));
  const killers = {
    blue: keep(await sessionKiller(context, blue)),
    green: keep(await sessionKiller(context, green)),
  };
  const holding: Holding = record ? { is: 'not-wanted' } : await examineHold(context, from === 'blue' ? blue : green);
  return {
    ...rest,
    base: {
      // Spread reads the getters once; neither the phase nor the lineage changes during a switch.
      ...context,
      id: record?.id ?? newId,
      direction,
      from,
      to,
      servers: { blue, green },
      probe,
      fences: { blue: fencingOf(context, blue, killers.blue), green: fencingOf(context, green, killers.green) },
      hold: holding.is === 'ready' ? holding.hold : undefined,
      killers,
      endpoints: endpointsOf(context, from, to, record?.id ?? newId),
      locks: switchLocks([blue, green]),
      found: { evidence: [] },
    },
  };
}

export async function closeSwitch({ base }: Switch): Promise<void> {
  await base.hold?.release();
  await base.found.recentChunks?.close();
  await base.probe?.close();
  await Promise.all([base.killers.blue.close(), base.killers.green.close()]);
  await base.locks.release();
}
