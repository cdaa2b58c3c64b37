/** A comparison of schemas for people. Pure. */
import type { SchemaComparison } from '../verify/compare-schema';

export function renderSchemaComparison({ objects, differences }: SchemaComparison): string {
  const lines = differences.flatMap(({ object, blue, green, isIntended }) => [
    `${object}${isIntended ? ' (intended)' : ''}`,
    `    blue   ${blue ?? 'has none'}`,
    `    green  ${green ?? 'has none'}`,
  ]);
  const unintended = differences.filter(({ isIntended }) => !isIntended).length;
  const summary = `${objects} objects: ${unintended === 0 ? 'no difference' : `${unintended} DIFFER`}`;
  return [...lines, `${summary}, ${differences.length - unintended} intended`].join('\n');
}
