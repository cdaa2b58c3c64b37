/** Which tables are compared, and how: both catalogues side by side. */
import type { CallLimits, MysqlServer, Side } from '../ports/mysql-server';
import {
  applicationColumns,
  applicationKeys,
  applicationTables,
  tableId,
  type KeyFacts,
  type TableFacts,
} from '../mysql/verify-catalogue';
import { isOrderedAlike, type ColumnFacts, type ColumnPair } from '../mysql/verify-columns';
import { rowChecksum, type TableText } from '../mysql/verify-queries';

/** A table that both sides have. */
export interface ComparedTable {
  /** `schema.table` */
  readonly name: string;
  /** As the source estimates. */
  readonly rows: number;
  readonly bytes: number;
  readonly texts: Readonly<Record<Side, TableText>>;
  readonly pairs: readonly ColumnPair[];
  readonly notCompared: readonly string[];
}

export interface NotComparable {
  readonly name: string;
  readonly verdict: 'differs' | 'skipped';
  readonly reason: string;
}

export type Candidate =
  { readonly is: 'compared'; readonly table: ComparedTable } | { readonly is: 'not'; readonly why: NotComparable };

interface Catalogue {
  readonly version: string;
  readonly tables: ReadonlyMap<string, TableFacts>;
  readonly columns: ReadonlyMap<string, readonly ColumnFacts[]>;
  readonly keys: ReadonlyMap<string, readonly KeyFacts[]>;
}

/** Engines that keep no rows of their own, or not the same on a replica. */
const NOT_STORED: ReadonlySet<string> = new Set(['BLACKHOLE', 'FEDERATED', 'NDBCLUSTER', 'PERFORMANCE_SCHEMA']);

/** Every table of the application on either side, by name. */
export async function candidates(
  servers: Readonly<Record<Side, MysqlServer>>,
  source: Side,
  limits: CallLimits,
): Promise<readonly Candidate[]> {
  const [blue, green] = await Promise.all([readCatalogue(servers.blue, limits), readCatalogue(servers.green, limits)]);
  const ids = [...new Set([...blue.tables.keys(), ...green.tables.keys()])].sort();
  return ids.map((id) => candidate(id, { blue, green }, source));
}

async function readCatalogue(server: MysqlServer, limits: CallLimits): Promise<Catalogue> {
  const [tables, columns, keys] = [
    await server.read(applicationTables(), limits),
    await server.read(applicationColumns(), limits),
    await server.read(applicationKeys(), limits),
  ];
  return { version: server.version, tables: new Map(tables.map((one) => [tableId(one), one])), columns, keys };
}

function candidate(id: string, sides: Readonly<Record<Side, Catalogue>>, source: Side): Candidate {
  const [schema = '', table = ''] = id.split('\0');
  const name = `${schema}.${table}`;
  const not = (verdict: NotComparable['verdict'], reason: string): Candidate => ({
    is: 'not',
    why: { name, verdict, reason },
  });
  for (const side of ['blue', 'green'] as const) {
    if (!sides[side].tables.has(id)) return not('differs', `${side} has no such table`);
  }
  const facts = sides[source].tables.get(id);
  if (facts === undefined) return not('differs', `${source} has no such table`);
  if (NOT_STORED.has(facts.engine.toUpperCase()))
    return not('skipped', `its engine ${facts.engine} keeps no rows here`);
  const { pairs, notCompared } = pairUp(sides.blue.columns.get(id) ?? [], sides.green.columns.get(id) ?? []);
  if (pairs.length === 0) return not('skipped', 'the two sides have no column in common');
  const checksum = rowChecksum(pairs, seriesOf(sides.blue.version) === seriesOf(sides.green.version));
  const key = sharedKey(sides.blue.keys.get(id) ?? [], sides.green.keys.get(id) ?? [], pairs);
  const text = (side: Side): TableText => ({
    schema,
    table,
    rowChecksum: checksum,
    key: key && { index: key.index[side], columns: key.pairs.map((pair) => pair[side]) },
  });
  const texts = { blue: text('blue'), green: text('green') };
  return { is: 'compared', table: { name, rows: facts.rows, bytes: facts.bytes, texts, pairs, notCompared } };
}

function pairUp(
  blue: readonly ColumnFacts[],
  green: readonly ColumnFacts[],
): { readonly pairs: readonly ColumnPair[]; readonly notCompared: readonly string[] } {
  const others = new Map(green.map((column) => [column.name.toLowerCase(), column]));
  const pairs = blue.flatMap((column): readonly ColumnPair[] => {
    const other = others.get(column.name.toLowerCase());
    return other === undefined ? [] : [{ blue: column, green: other }];
  });
  const both = new Set(pairs.map((pair) => pair.blue.name.toLowerCase()));
  const notCompared = [...blue, ...green].map(({ name }) => name).filter((name) => !both.has(name.toLowerCase()));
  return { pairs, notCompared };
}

interface SharedKey {
  readonly index: Readonly<Record<Side, string>>;
  readonly pairs: readonly ColumnPair[];
}

/** The primary key before others: a unique key that both sides have, and along which they have their rows in one order. */
function sharedKey(
  blue: readonly KeyFacts[],
  green: readonly KeyFacts[],
  pairs: readonly ColumnPair[],
): SharedKey | undefined {
  const byName = new Map(pairs.map((pair) => [pair.blue.name.toLowerCase(), pair]));
  const primaryFirst = [...blue].sort((a, b) => Number(b.index === 'PRIMARY') - Number(a.index === 'PRIMARY'));
  for (const key of primaryFirst) {
    const other = green.find(({ columns }) => columns.join('\0') === key.columns.join('\0'));
    const found = key.columns.map((column) => (column === undefined ? undefined : byName.get(column)));
    const usable = found.filter((pair): pair is ColumnPair => pair !== undefined && isOrderedAlike(pair));
    if (other && usable.length === key.columns.length) {
      return { index: { blue: key.index, green: other.index }, pairs: usable };
    }
  }
  return undefined;
}

/** `5.7` of `5.7.29-log`. */
export function seriesOf(version: string): string {
  return version.split('.', 2).join('.');
}
