/** The application's schema of both sides: what only one has, and what is not the same. */
import type { CallLimits, MysqlServer, Side } from '../ports/mysql-server';
import { schemaQuestions } from '../mysql/verify-schema';
import { isNamed } from './table-names';

export interface SchemaDifference {
  /** Such as `column shop.orders.note`. */
  readonly object: string;
  /** What a side says of it; null: it has none. */
  readonly blue: string | null;
  readonly green: string | null;
  /** Named in `verify.intended` of upgrade.yaml. */
  readonly isIntended: boolean;
}

export interface SchemaComparison {
  /** Objects of either side. */
  readonly objects: number;
  readonly differences: readonly SchemaDifference[];
}

/** Observes only. `intended`: objects, in which `*` stands for any characters. */
export async function compareSchema(
  servers: Readonly<Record<Side, MysqlServer>>,
  intended: readonly string[],
  limits: () => CallLimits,
): Promise<SchemaComparison> {
  const [blue, green] = await Promise.all([read(servers.blue, limits), read(servers.green, limits)]);
  const names = [...new Set([...blue.keys(), ...green.keys()])].sort();
  const differences = names
    .filter((name) => blue.get(name) !== green.get(name))
    .map((object) => ({
      object,
      blue: blue.get(object) ?? null,
      green: green.get(object) ?? null,
      isIntended: isNamed(object, intended),
    }));
  return { objects: names.length, differences };
}

async function read(server: MysqlServer, limits: () => CallLimits): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const question of schemaQuestions()) {
    for (const [name, text] of await server.read(question, limits())) all.set(name, text);
  }
  return all;
}
