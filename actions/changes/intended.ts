import type { Facts } from '../state/format';

/**
 * Objects that differ between blue and green because the tool has made changes on green, in the names that
 * `npm run verify -- --schema` prints; `*` stands for any characters. They count as intended without being listed in
 * upgrade.yaml.
 */
export function intendedByChanges({ greenChanges }: Pick<Facts, 'greenChanges'>): readonly string[] {
  return [...new Set((greenChanges ?? []).flatMap(({ objects }) => objects))];
}
