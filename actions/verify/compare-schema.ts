/** The application's schema of both sides: what only one has, and what is not the same. */
import type { CallLimits, MysqlServer } from '../ports/mysql-server';
import { schemaQuestions } from '../mysql/verify-schema';
import { withoutLogic } from '../mysql/verify-wording';
import { compareCounters, type CounterParts } from './compare-counters';
import { seriesOf } from './compared-table';
import { isNamed } from './table-names';

export interface SchemaDifference {
  /** Such as `column shop.orders.note`. */
  readonly object: string;
  /** What a side says of it; null: it has none. */
  readonly blue: string | null;
  readonly green: string | null;
  /** Named in `verify.intended` of upgrade.yaml. */
  readonly isIntended: boolean;
  /** `note`: worth knowing, and no hindrance. */
  readonly weight: 'differs' | 'note';
}

export interface SchemaComparison {
  /** Objects of either side. */
  readonly objects: number;
  readonly differences: readonly SchemaDifference[];
}

/** Observes only. `intended`: objects, in which `*` stands for any characters. Throws `verify-not-following`. */
export async function compareSchema(parts: CounterParts, intended: readonly string[]): Promise<SchemaComparison> {
  const { servers, limits } = parts;
  const isSameSeries = seriesOf(servers.blue.version) === seriesOf(servers.green.version);
  const [blue, green] = await Promise.all([
    read(servers.blue, isSameSeries, limits),
    read(servers.green, isSameSeries, limits),
  ]);
  const names = [...new Set([...blue.keys(), ...green.keys()])].sort();
  const counters = await compareCounters(parts);
  const differences = [
    ...names
      .filter((name) => blue.get(name) !== green.get(name))
      .map((object) => ({
        object,
        blue: blue.get(object) ?? null,
        green: green.get(object) ?? null,
        weight: isOtherwiseSaid(blue.get(object), green.get(object), isSameSeries)
          ? ('note' as const)
          : ('differs' as const),
      })),
    ...counters.differences,
  ];
  return {
    objects: names.length + counters.objects,
    differences: differences.map((one) => ({ ...one, isIntended: isNamed(one.object, intended) })),
  };
}

/** Two versions put one condition in two ways; whether they mean the same is for a person to say. */
function isOtherwiseSaid(blue: string | undefined, green: string | undefined, isSameSeries: boolean): boolean {
  if (isSameSeries || blue === undefined || green === undefined) return false;
  return withoutLogic(blue) === withoutLogic(green);
}

/** Whether there is a difference that nobody has made on purpose. */
export function isHindered({ differences }: SchemaComparison): boolean {
  return differences.some(({ isIntended, weight }) => weight === 'differs' && !isIntended);
}

async function read(
  server: MysqlServer,
  isSameSeries: boolean,
  limits: () => CallLimits,
): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const question of schemaQuestions({ version: server.version, isSameSeries })) {
    for (const [name, text] of await server.read(question, limits())) all.set(name, text);
  }
  return all;
}
