/**
 * AUTO_INCREMENT of both sides. Counters differ by right while the source takes writes: the replica's follows the rows that it
 * is given, and not the numbers that were drawn and rolled back. What must hold is that no number is given twice.
 *
 * The order makes it exact: first the source, then all that the source had logged is applied, then the replica, then the source
 * once more. So the replica cannot be behind rows of the first look, nor ahead of the counter of the last, only because of writes.
 */
import { UpgradeError } from '../engine/errors';
import type { CallLimits, MysqlServer, Side } from '../ports/mysql-server';
import { countedTables, largestNumber, nextNumber, type CountedTable } from '../mysql/verify-counters';
import { quoted } from '../mysql/verify-names';
import { inTurns, once } from '../prewarm/schedule';
import type { SchemaDifference } from './compare-schema';

export type CounterDifference = Omit<SchemaDifference, 'isIntended'>;

export interface ComparedCounters {
  readonly objects: number;
  readonly differences: readonly CounterDifference[];
}

export interface CounterParts {
  readonly servers: Readonly<Record<Side, MysqlServer>>;
  readonly source: Side;
  /** Resolves when the replica has applied a position of the source taken after the call. */
  readonly pass: () => Promise<void>;
  readonly limits: () => CallLimits;
  /** Told before each table of a look at a side: so many of so many are done. */
  readonly tell?: (side: Side, done: number, of: number) => void;
}

const LOOKS_AGAIN = 3;

interface Counter {
  readonly next: bigint;
  readonly largest: bigint;
}

/** A table that one side has not, or counts otherwise, is told by its columns. Observes only. */
export async function compareCounters(parts: CounterParts): Promise<ComparedCounters> {
  const { servers, source, pass, limits } = parts;
  const replica = source === 'blue' ? 'green' : 'blue';
  const [mine, others] = await Promise.all([
    servers[source].read(countedTables(), limits()),
    servers[replica].read(countedTables(), limits()),
  ]);
  const tables = [...mine].filter(([name]) => others.has(name));
  const before = await read(parts, source, tables);
  await pass();
  const seen = new Map(await read(parts, replica, tables));
  const after = await read(parts, source, tables);
  // Numbers that were drawn by transactions still under way then come with their rows.
  for (let look = 0; look < LOOKS_AGAIN; look++) {
    const behind = tables.filter(([name]) => isBehind(seen.get(name), before.get(name)));
    if (behind.length === 0) break;
    await pass();
    const again = await read(parts, replica, behind);
    for (const [name] of behind) {
      seen.delete(name);
      const counter = again.get(name);
      if (counter) seen.set(name, counter);
    }
  }
  const differences: CounterDifference[] = [];
  for (const [name, table] of tables) {
    const [first, follower, last] = [before.get(name), seen.get(name), after.get(name)];
    if (!first || !follower || !last) continue;
    const said = judge(table, first, follower, last);
    if (said === undefined) continue;
    const texts = { [source]: `next ${last.next}`, [replica]: `next ${follower.next}: ${said.text}` };
    const object = `auto_increment ${name}`;
    differences.push({ object, blue: texts['blue'] ?? null, green: texts['green'] ?? null, weight: said.weight });
  }
  return { objects: tables.length, differences };
}

function isBehind(follower: Counter | undefined, first: Counter | undefined): boolean {
  return follower !== undefined && first !== undefined && follower.next < first.next;
}

interface Said {
  readonly weight: SchemaDifference['weight'];
  readonly text: string;
}

function judge({ schema, table }: CountedTable, first: Counter, follower: Counter, last: Counter): Said | undefined {
  const largest = first.largest > follower.largest ? first.largest : follower.largest;
  if (follower.next <= largest) {
    // The source would do the same: 5.7 does not count a number that an UPDATE has set, and a counter ends with its type.
    const isOld = last.next <= last.largest;
    const text = `${largest} is taken, so a row to come fails with a duplicate key`;
    return isOld ? { weight: 'note', text: `${text}, on both sides` } : { weight: 'differs', text };
  }
  if (follower.next < first.next) {
    return {
      weight: 'note',
      text:
        `numbers up to ${first.next - 1n} were drawn before and their rows are gone or were rolled back; they would be given ` +
        `again. Where that matters: ALTER TABLE ${quoted(schema, table)} AUTO_INCREMENT = ${first.next} there`,
    };
  }
  if (follower.next > last.next && follower.next - 1n > last.largest) {
    return { weight: 'note', text: `the numbers from ${last.next} on would be left out` };
  }
  return undefined;
}

/** As many at a time as a server has connections here; each table takes two answers, one after the other. */
const LANES = [1, 2];

async function read(
  { servers, limits, tell }: CounterParts,
  side: Side,
  tables: readonly (readonly [string, CountedTable])[],
): Promise<ReadonlyMap<string, Counter>> {
  const server = servers[side];
  const counters = new Map<string, Counter>();
  let done = 0;
  await inTurns(LANES, once(tables), async (_, [name, table]) => {
    tell?.(side, done++, tables.length);
    try {
      const largest = await server.read(largestNumber(table), limits());
      counters.set(name, { next: await server.read(nextNumber(table), limits()), largest });
    } catch (error) {
      // Dropped or altered meanwhile.
      if (!(error instanceof UpgradeError) || !/^mysql-\d+$/.test(error.code)) throw error;
    }
  });
  return counters;
}
