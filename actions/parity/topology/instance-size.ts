/** How large an instance class is against others: memory, which databases live on, in units of an `r` class of size large. */

const SMALL: Readonly<Record<string, number>> = { micro: 0.06, small: 0.125, medium: 0.25, large: 1, xlarge: 2 };

/** Undefined where the class does not tell: db.serverless. */
export function sizeOf(instanceClass: string): number | undefined {
  const [, family = '', size = ''] = /^db\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(instanceClass) ?? [];
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  const units = times === undefined ? SMALL[size] : 2 * Number(times);
  // Burstable classes have half the memory of the others from large on; below, only they exist.
  return units === undefined || !family.startsWith('t') || units < 1 ? units : units / 2;
}

export function isSmaller(one: string, than: string): boolean {
  const [a, b] = [sizeOf(one), sizeOf(than)];
  return a !== undefined && b !== undefined && a < b;
}
