import { FAMILIES, type Family } from './families';

/** One parameter of one family at one level, as DescribeEngineDefault...Parameters tells it. */
export interface ParameterDefinition {
  readonly name: string;
  readonly applyType: 'static' | 'dynamic';
  readonly dataType: 'boolean' | 'integer' | 'string' | 'list' | 'float';
  /** Comma-separated values or a range `low-high`; empty when anything goes. */
  readonly allowedValues: string;
  /** Undefined when AWS shows no default (the engine's own applies). */
  readonly defaultValue: string | undefined;
  readonly isModifiable: boolean;
}

/**
 * Reads a table of `name | static or dynamic | type | allowed values | default | families`; a `fixed` apply type is static
 * and not modifiable. Families are `*`, one (`5.7`), or a span (`8.0-`, `-8.0`, `8.0-8.4`); defaults may differ by family
 * as `5.7=a;8.0-=b`.
 */
export function readDefinitions(table: string): ReadonlyMap<Family, readonly ParameterDefinition[]> {
  const rows = table
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(
    FAMILIES.map((family) => {
      const definitions = rows.filter((row) => isInSpan(family, row[5] ?? '')).map((row) => definitionOf(row, family));
      return [family, definitions.sort((left, right) => left.name.localeCompare(right.name, 'en'))];
    }),
  );
}

function definitionOf(row: readonly string[], family: Family): ParameterDefinition {
  const [name = '', applyType = '', dataType = '', allowedValues = '', defaults = ''] = row;
  return {
    name,
    applyType: applyType === 'dynamic' ? 'dynamic' : 'static',
    dataType: dataType as ParameterDefinition['dataType'],
    allowedValues,
    defaultValue: defaultFor(family, defaults),
    isModifiable: applyType !== 'fixed',
  };
}

function defaultFor(family: Family, defaults: string): string | undefined {
  if (defaults === '') return undefined;
  for (const choice of defaults.split(';')) {
    const match = /^(-?[0-9.]+-?[0-9.]*)=(.*)$/.exec(choice);
    if (match === null) return choice;
    if (isInSpan(family, match[1] ?? '')) return match[2];
  }
  return undefined;
}

function isInSpan(family: Family, span: string): boolean {
  if (span === '*') return true;
  const [from = '', to] = span.split('-');
  const index = FAMILIES.indexOf(family);
  const first = from === '' ? 0 : indexOf(from);
  if (to === undefined) return index === first;
  return index >= first && index <= (to === '' ? FAMILIES.length - 1 : indexOf(to));
}

function indexOf(numbers: string): number {
  const index = FAMILIES.findIndex((family) => family === `aurora-mysql${numbers}`);
  if (index < 0) throw new Error(`A parameter table names the family ${numbers}, which does not exist.`);
  return index;
}
