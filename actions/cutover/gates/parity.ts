import { compareParity } from '../../parity/catalogue';
import { PARITY_PARTS, type ParityReport, type ParityRow } from '../../parity/parity';
import { KEPT_MS, type Gate, type GateFamily } from './gate';

/** What stands around the data of green, just before the application comes to it. */
export const parity: readonly GateFamily[] = PARITY_PARTS.map((part) => ({
  name: `${part} of green`,
  keepMs: KEPT_MS,
  async ask(context) {
    if (context.direction !== 'cutover') return [];
    return [parityGate(await compareParity(context, part))];
  },
}));

/** Pure. */
export function parityGate({ part, rows }: ParityReport): Gate {
  const blocking = rows.filter(({ verdict }) => verdict === 'blocks');
  const warning = rows.filter(({ verdict }) => verdict === 'warns');
  return {
    name: `${part} of green`,
    value: `${rows.length} compared, ${blocking.length} block, ${warning.length} warn`,
    limit: 'none blocks',
    ok: blocking.length === 0,
    reason:
      blocking.length === 0
        ? `Nothing that the application needs is missing${warning.length > 0 ? `; look at \`npm run verify -- --${part}\`` : ''}.`
        : `${told(blocking)} \`npm run verify -- --${part}\` shows what settles it; what differs on purpose is named in verify.intended.`,
    measured: { compared: rows.length, blocking: blocking.length, warning: warning.length },
  };
}

/** One cause may block thousands of accounts. */
const MOST_TOLD = 5;

function told(blocking: readonly ParityRow[]): string {
  const more = blocking.length - MOST_TOLD;
  return [
    ...blocking.slice(0, MOST_TOLD).map(({ subject, reason }) => `${subject}: ${reason ?? 'differs'}`),
    ...(more > 0 ? [`And ${more} more.`] : []),
  ].join(' ');
}
