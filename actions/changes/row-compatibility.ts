/**
 * What happens to rows that a source logs (ROW, row image FULL, names not used) on a replica whose table is another. Columns
 * are matched by their position. Every rule was tried between 5.7.29 and 9.7.4 in both directions and between two 9.7.4;
 * test/lab/changes.test.ts tries the ones that matter most again. Pure.
 */
import { sameName, type Column, type Table } from './table-model';
import { typeChange } from './type-conversion';

/** `breaks`: each row, or silently. `may-break`: it depends on the rows. `note`: it goes on, and people should know. */
export type Weight = 'breaks' | 'may-break' | 'note';

export interface Finding {
  readonly weight: Weight;
  readonly text: string;
}

/** `conversions`: the replica's `replica_type_conversions`. The names of sides are for the texts. */
export interface Direction {
  readonly source: string;
  readonly replica: string;
  readonly conversions: string;
}

export function rowFindings(
  source: Table | undefined,
  replica: Table | undefined,
  direction: Direction,
): readonly Finding[] {
  if (!source) return [];
  if (!replica)
    return [breaks(`the first row of ${direction.source} stops ${direction.replica}, which has no such table (1146)`)];
  return [
    ...columnFindings(source, replica, direction),
    ...keyFindings(source, replica, direction),
    ...constraintFindings(source, replica, direction),
  ];
}

function columnFindings(source: Table, replica: Table, direction: Direction): readonly Finding[] {
  const shared = source.columns.slice(0, replica.columns.length);
  return [
    ...shared.flatMap((column, at) => {
      const other = replica.columns[at];
      return other ? pairFindings(column, other, { source, replica, direction }) : [];
    }),
    ...replica.columns.slice(source.columns.length).flatMap((column) => extraFindings(column, direction)),
    ...source.columns
      .slice(replica.columns.length)
      .map(({ name }) =>
        note(`what ${direction.source} has in the column ${name} does not reach ${direction.replica}, which has none`),
      ),
  ];
}

interface Pair {
  readonly source: Table;
  readonly replica: Table;
  readonly direction: Direction;
}

function pairFindings(from: Column, to: Column, { source, replica, direction }: Pair): readonly Finding[] {
  const hasMoved =
    !sameName(from.name, to.name) &&
    (replica.columns.some(({ name }) => sameName(name, from.name)) ||
      source.columns.some(({ name }) => sameName(name, to.name)));
  const where = `${from.name} of ${direction.source} goes into ${to.name} of ${direction.replica}`;
  if (hasMoved) return [breaks(`columns are matched by position, so ${where}, silently where the types allow it`)];
  const findings: Finding[] = [];
  if (!sameName(from.name, to.name))
    findings.push(note(`${where}: columns are matched by position, names are not looked at`));
  const change = typeChange(from, to, direction.conversions);
  if (change.is === 'stops')
    findings.push(
      breaks(
        `${to.name}: ${from.type} of ${direction.source} is not converted to ${to.type} (1677, 13146), so the first row stops ${direction.replica}${unless(change.unless, direction.replica)}`,
      ),
    );
  if (change.is === 'alters') findings.push(breaks(`${to.name}: ${change.why}`));
  if (change.is === 'may-alter') findings.push(mayBreak(`${to.name}: ${change.why}`));
  if (from.isNullable && !to.isNullable && !to.isGenerated)
    findings.push(
      mayBreak(
        `${to.name}: a NULL of ${direction.source} silently becomes the default, 0 or '' on ${direction.replica}, which is NOT NULL`,
      ),
    );
  if (to.isGenerated && !from.isGenerated)
    findings.push(
      breaks(`${to.name}: ${direction.replica} computes its own value in place of the one of ${direction.source}`),
    );
  // Where a statement names none, the server decides.
  if (from.charset !== undefined && from.charset === to.charset && from.collation !== to.collation)
    findings.push(collationFinding(to, replica, direction));
  return findings;
}

function unless(conversions: string | undefined, replica: string): string {
  return conversions === undefined ? '' : `; it is where ${conversions} is among the type conversions of ${replica}`;
}

function collationFinding(column: Column, replica: Table, direction: Direction): Finding {
  const isUnique = replica.indexes.some(
    ({ kind, columns }) =>
      kind === 'unique' && columns.some((part) => part.replace(/\(\d+\)$/, '') === column.name.toLowerCase()),
  );
  const collation = column.collation ?? 'the collation that the server decides on';
  return isUnique
    ? mayBreak(
        `${column.name}: texts that differ on ${direction.source} may be equal under ${collation} and stop ${direction.replica} at a unique key (1062)`,
      )
    : note(`${column.name}: ${direction.replica} compares and sorts it by ${collation}`);
}

/** Tried: without a default a new row gets 0, '' or a zero date, and no error. */
function extraFindings(column: Column, direction: Direction): readonly Finding[] {
  if (direction.source === 'green' && !column.isGenerated)
    return [
      mayBreak(`rows of green have no value for the column ${column.name} of blue: it gets its default, NULL, 0 or ''`),
    ];
  const isFilled = column.isNullable || column.hasDefault || column.isAutoIncrement || column.isGenerated;
  if (isFilled) return [];
  return [
    mayBreak(
      `rows of ${direction.source} get 0, '' or a zero date in ${column.name}, which is NOT NULL and has no default`,
    ),
  ];
}

function keyFindings(source: Table, replica: Table, direction: Direction): readonly Finding[] {
  const isKept = (columns: readonly string[]): boolean =>
    source.indexes.some(
      (index) => index.kind === 'unique' && index.columns.every((part) => positionsFit(part, columns, source, replica)),
    );
  const findings: Finding[] = replica.indexes
    .filter(
      ({ kind, columns }) =>
        kind === 'unique' && !isKept(columns) && !isOwnNumber(replica, columns, source.columns.length),
    )
    .map(({ name, columns }) =>
      mayBreak(
        `two rows that are equal in (${columns.join(', ')}) on ${direction.source} stop ${direction.replica} at the unique key ${name} (1062)`,
      ),
    );
  const hasKey = ({ indexes }: Table): boolean => indexes.some(({ kind }) => kind === 'unique');
  if (hasKey(source) && !hasKey(replica))
    findings.push(
      mayBreak(
        `without a primary or unique key ${direction.replica} reads the whole table for each row that is updated or deleted`,
      ),
    );
  return findings;
}

/** A unique key of the source whose columns are all within the replica's: what is unique there is unique here. */
function positionsFit(part: string, columns: readonly string[], source: Table, replica: Table): boolean {
  const at = source.columns.findIndex(({ name }) => name.toLowerCase() === part);
  const name = replica.columns[at]?.name.toLowerCase();
  return at >= 0 && name !== undefined && columns.includes(name);
}

/** A key over a column that the replica numbers itself: one that rows bring along has their numbers. */
function isOwnNumber({ columns: all }: Table, columns: readonly string[], brought: number): boolean {
  return all
    .slice(brought)
    .some(({ name, isAutoIncrement }) => isAutoIncrement && columns.join() === name.toLowerCase());
}

function constraintFindings(source: Table, replica: Table, direction: Direction): readonly Finding[] {
  const more = (what: 'foreignKeys' | 'checks' | 'triggers'): readonly string[] =>
    replica[what].filter((name) => !source[what].some((one) => sameName(one, name)));
  const findings: Finding[] = [
    ...more('foreignKeys').map((name) =>
      mayBreak(
        `a row of ${direction.source} whose parent is missing stops ${direction.replica} at the foreign key ${name} (1452)`,
      ),
    ),
    ...more('checks').map((name) =>
      mayBreak(`a row of ${direction.source} that ${name} does not allow stops ${direction.replica} (3819)`),
    ),
    ...more('triggers').map((name) =>
      note(
        `the trigger ${name} of ${direction.replica} does not run for rows of ${direction.source}: row events run none`,
      ),
    ),
  ];
  const { partitioning } = replica;
  if (partitioning !== undefined && partitioning !== source.partitioning && /RANGE|LIST/.test(partitioning))
    findings.push(unpartitioned(direction));
  return findings;
}

export function unpartitioned({ source, replica }: Pick<Direction, 'source' | 'replica'>): Finding {
  return mayBreak(`a row of ${source} that no partition takes stops ${replica} (1526)`);
}

function breaks(text: string): Finding {
  return { weight: 'breaks', text };
}

function mayBreak(text: string): Finding {
  return { weight: 'may-break', text };
}

function note(text: string): Finding {
  return { weight: 'note', text };
}
