import type { GateFamily } from './gate';

export const fences: GateFamily = {
  name: 'fences',
  async ask(context) {
    const { from, to } = context;
    const [fromClosed, toClosed] = await Promise.all([
      context.fences[from].isClosed(context.within()),
      context.fences[to].isClosed(context.within()),
    ]);
    const word = (isClosed: boolean): string => (isClosed ? 'closed' : 'open');
    return [
      {
        name: 'fences',
        value: `${from} ${word(fromClosed)}, ${to} ${word(toClosed)}`,
        limit: `${from} open, ${to} closed`,
        ok: !fromClosed && toClosed,
        reason: 'Only one side may ever accept writes, and it is the one that is being switched away from.',
        measured: { [from]: word(fromClosed), [to]: word(toClosed) },
      },
    ];
  },
};
