/** What a statement itself says of rows to come where the tables that it leaves behind do not show it. Pure. */
import type { Clause, ParsedChange } from './change';
import { unpartitioned, type Direction, type Finding } from './row-compatibility';
import { sameName, type Table } from './table-model';

export function clauseFindings(
  parsed: ParsedChange,
  blue: Table | undefined,
  direction: Direction,
): readonly Finding[] {
  if (parsed.is !== 'alter' || !blue) return [];
  return parsed.clauses.flatMap((clause) => [
    ...rangeFindings(clause, blue, direction),
    ...cascadeFindings(clause, blue, direction),
  ]);
}

/** Both sides are partitioned alike in name; which rows their partitions take is not read. */
function rangeFindings(clause: Clause, blue: Table, direction: Direction): readonly Finding[] {
  const isMet =
    clause.is === 'partition' && clause.method === blue.partitioning && /RANGE|LIST/.test(clause.method ?? '');
  return isMet ? [unpartitioned(direction)] : [];
}

/**
 * InnoDB carries cascades out below the binary log (manual, FOREIGN KEY Constraints), so each side does those of its own keys,
 * for rows of the other side as well, and no others.
 */
function cascadeFindings(clause: Clause, blue: Table, { source, replica }: Direction): readonly Finding[] {
  const found = (name: string, side: string): readonly Finding[] => [
    {
      weight: 'may-break',
      text: `when a parent row goes, ${name} silently deletes or changes rows on ${side}, and they stay on ${side === source ? replica : source}: cascades are not logged`,
    },
  ];
  if (clause.is === 'add-foreign-key') return clause.cascades ? found(clause.name, 'green') : [];
  return clause.is === 'drop-foreign-key' && cascades(blue, clause.name) ? found(clause.name, 'blue') : [];
}

function cascades({ lines }: Table, name: string): boolean {
  return lines.some((line) => {
    const [, found, actions = ''] = /^CONSTRAINT `((?:[^`]|``)*)` FOREIGN KEY .*\)(.*)$/.exec(line) ?? [];
    return found !== undefined && sameName(found.replaceAll('``', '`'), name) && /CASCADE|SET NULL/.test(actions);
  });
}
