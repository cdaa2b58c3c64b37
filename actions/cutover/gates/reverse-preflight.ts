import { obstacles, statementsToAvoid } from '../../mysql/reverse-compatibility';
import { wayBackFacts } from '../way-back-facts';
import type { Gate, GateContext, GateFamily } from './gate';

/** Changes made on green although they are in the way of going back: each was accepted by a waiver in upgrade.yaml. */
function acceptedChanges({ direction, facts }: GateContext): readonly string[] {
  if (direction === 'rollback') return [];
  return (facts().greenChanges ?? [])
    .filter(({ wayBack }) => wayBack !== 'safe')
    .map(
      ({ id, wayBack }) => `the change ${id} ${wayBack === 'breaks' ? 'stops' : 'may stop'} it, as a waiver accepts`,
    );
}

/** Whether the old side will be able to follow the new one: a gate for each thing that would stop the channel back. */
export const reversePreflight: GateFamily = {
  name: 'reverse channel',
  async ask(context) {
    const facts = await wayBackFacts(context, context.to);
    const found = obstacles(facts);
    const limit = `${context.from} can read all that ${context.to} writes`;
    const closed = found
      .filter(({ effect }) => effect === 'stops')
      .map(({ what, why, cure }): Gate => ({
        name: 'reverse channel',
        value: what,
        limit,
        ok: false,
        reason: `Going back would not be possible: ${why}. Cure: ${cure}.`,
      }));
    if (closed.length > 0) return closed;
    const accepted = acceptedChanges(context);
    const told = [...found.map(({ what }) => what), ...accepted].join('; ');
    const avoid = statementsToAvoid(facts);
    return [
      {
        name: 'reverse channel',
        value: told === '' ? 'nothing is known to stop it' : `runs, but: ${told}`,
        limit,
        ok: true,
        reason: [
          'Without it going back would lose writes.',
          ...found.map(({ what, why, cure }) => `${what}: ${why}; ${cure}.`),
          ...(avoid === undefined ? [] : [`${avoid}.`]),
        ].join(' '),
      },
    ];
  },
};
