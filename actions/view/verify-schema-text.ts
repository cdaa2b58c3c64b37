/** A comparison of schemas for people. Pure. */
import type { SchemaComparison } from '../verify/compare-schema';

export function renderSchemaComparison({ objects, differences }: SchemaComparison): string {
  const lines = differences.flatMap(({ object, blue, green, isIntended, weight }) => [
    `${object}${isIntended ? ' (intended)' : weight === 'note' ? ' (note)' : ''}`,
    `    blue   ${blue ?? 'has none'}`,
    `    green  ${green ?? 'has none'}`,
  ]);
  const intended = differences.filter(({ isIntended }) => isIntended).length;
  const notes = differences.filter(({ isIntended, weight }) => !isIntended && weight === 'note').length;
  const others = differences.length - intended - notes;
  const summary = `${objects} objects: ${others === 0 ? 'no difference' : `${others} DIFFER`}, ${intended} intended`;
  return [...lines, notes === 0 ? summary : `${summary}, ${notes === 1 ? '1 note' : `${notes} notes`}`].join('\n');
}
