import { examineHold } from '../hold-tables';
import type { GateFamily } from './gate';

/** What happens to the fence should this machine die. */
export const selfFreeing: GateFamily = {
  name: 'fence that frees itself',
  async ask(context) {
    const holding = await examineHold(context, context.servers[context.from]);
    const { freeAfter } = context.config.cutover;
    return [
      {
        name: 'fence that frees itself',
        value:
          holding.is === 'ready'
            ? `a lock of ${holding.hold.tables} tables of ${context.from}, given up after ${freeAfter / 1_000} s of silence`
            : `none${holding.is === 'not-possible' ? `: ${holding.why}` : ''}`,
        limit: 'as configured',
        ok: holding.is !== 'not-possible' || !holding.isAsked,
        reason:
          holding.is === 'ready'
            ? `Should this machine die before the commit, ${context.from} takes writes again by itself.`
            : `Should this process and its watchdog die before the commit, a person must let writes in again on ${context.from}.`,
        measured: { tables: holding.is === 'ready' ? holding.hold.tables : 0 },
      },
    ];
  },
};
