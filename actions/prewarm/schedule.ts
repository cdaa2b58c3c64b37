/** Which statement comes next. Pure. */

export interface Weighted {
  readonly weight: number;
}

/**
 * Picks items in proportion to their weights and spread evenly, without chance: each pick adds to every item its weight, takes
 * the one that has most, and takes from it the sum of all.
 */
export function weightedTurns<T extends Weighted>(items: readonly T[]): () => T | undefined {
  const credit = items.map(() => 0);
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let best = -1;
    items.forEach(({ weight }, index) => {
      credit[index] = (credit[index] ?? 0) + weight;
      if (best < 0 || (credit[index] ?? 0) > (credit[best] ?? 0)) best = index;
    });
    if (best < 0) return undefined;
    credit[best] = (credit[best] ?? 0) - total;
    return items[best];
  };
}

/** Runs work one after the other on each of the hands until `next` has none left. Rejects with the first failure. */
export async function inTurns<H, T>(
  hands: readonly H[],
  next: () => T | undefined,
  work: (hand: H, item: T) => Promise<void>,
): Promise<void> {
  let hasFailed = false;
  const settled = await Promise.allSettled(
    hands.map(async (hand) => {
      for (let item = next(); item !== undefined && !hasFailed; item = next()) {
        try {
          await work(hand, item);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }
    }),
  );
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
}

/** Hands out a list once, in its order. */
export function once<T>(items: readonly T[]): () => T | undefined {
  let index = 0;
  return () => items[index++];
}
