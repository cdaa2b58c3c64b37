/**
 * Calls that do not depend on each other, at once. Settles when all of them have ended, so nothing is undone while one still
 * runs; rejects with what the first of them in order was rejected with.
 */
export async function together<T extends readonly unknown[]>(
  calls: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(calls);
  return Promise.all(calls) as unknown as Promise<T>;
}
