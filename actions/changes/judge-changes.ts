/** Every statement of `green.changes` against the tables of both sides as they are now. Pure. */
import { applyClause, hasTakenEffect } from './apply-clause';
import type { Clause, ParsedChange } from './change';
import { clauseFindings } from './clause-findings';
import { objectsOf } from './changed-objects';
import { inverseOf, type Inverse } from './invert-change';
import { parseChange } from './parse-change';
import { rowFindings, type Finding } from './row-compatibility';
import type { GreenChange } from '../state/format';
import { NO_TABLE, tableText, type Table, type TableName } from './table-model';
import { statementsOf } from './tokens';

export interface ChangeFile {
  /** As upgrade.yaml names it. */
  readonly file: string;
  readonly sql: string;
}

export interface ReadStatement {
  /** `changes/orders.sql:3`: the file and the line on which it begins. */
  readonly id: string;
  readonly sql: string;
  readonly parsed: ParsedChange;
}

export interface BothSides {
  readonly blue: Table | undefined;
  readonly green: Table | undefined;
}

/** `replica_type_conversions` of each side as a replica. */
export interface Conversions {
  readonly blue: string;
  readonly green: string;
}

export interface Judgement extends ReadStatement {
  /**
   * `there`: its effect is seen on green. `impossible`: it cannot be done to the table as it is. `unknown`: it was begun, and
   * nothing shows whether it has taken effect.
   */
  readonly is: 'there' | 'needed' | 'impossible' | 'not-understood' | 'unknown';
  /** Why it is impossible or not understood. */
  readonly why: string;
  /** Rows of blue on green, once it is there. */
  readonly forward: readonly Finding[];
  /** Rows of green on blue, after a cutover. */
  readonly back: readonly Finding[];
  /** Names of what differs by it, as `verify --schema` prints them. */
  readonly objects: readonly string[];
  readonly inverse: Inverse;
  /** Green's table once it is there; undefined: not known, or none. */
  readonly after: Table | undefined;
}

export function readChanges(files: readonly ChangeFile[]): readonly ReadStatement[] {
  return files.flatMap(({ file, sql }) =>
    statementsOf(sql).map(({ text, line }) => ({ id: `${file}:${line}`, sql: text, parsed: parseChange(text) })),
  );
}

export function tablesOf(statements: readonly ReadStatement[]): readonly TableName[] {
  const found = new Map<string, TableName>();
  for (const { parsed } of statements)
    if (parsed.is !== 'not-understood') found.set(tableText(parsed.table), parsed.table);
  return [...found.values()];
}

/**
 * In their order: each is judged on the tables that the ones before it leave behind. `recorded`: what the state says of it;
 * that settles statements whose effect cannot be seen, or was covered by a later one.
 */
export function judgeChanges(
  statements: readonly ReadStatement[],
  sides: ReadonlyMap<string, BothSides>,
  conversions: Conversions,
  recorded: (statement: ReadStatement) => GreenChange['status'] | undefined,
): readonly Judgement[] {
  const foreseen = new Map<string, Table | undefined>([...sides].map(([name, { green }]) => [name, green]));
  return statements.map((statement, at): Judgement => {
    const { parsed } = statement;
    const base = { ...statement, why: '', forward: [], back: [], objects: [], inverse: NO_INVERSE, after: undefined };
    const status = recorded(statement);
    if (parsed.is === 'not-understood')
      return { ...base, is: status === undefined ? 'not-understood' : WITHOUT_EFFECT[status], why: parsed.why };
    const name = tableText(parsed.table);
    const blue = sides.get(name)?.blue;
    const before = foreseen.get(name);
    const described = { ...base, objects: objectsOf(parsed, before, blue), inverse: inverseOf(parsed, before) };
    const isCovered =
      !isVisible(parsed) ||
      isHidden(parsed, blue) ||
      statements.slice(at + 1).some(({ parsed: later }) => isSameTable(parsed, later));
    if (isThere(parsed, before, blue) || (isCovered && status === 'done')) return { ...described, is: 'there' };
    const after = afterChange(parsed, before);
    if (typeof after === 'string') return { ...described, is: 'impossible', why: after };
    const there = { source: 'blue', replica: 'green', conversions: conversions.green };
    const back = { source: 'green', replica: 'blue', conversions: conversions.blue };
    const forward = [
      ...added(rowFindings(blue, before, there), rowFindings(blue, after, there)),
      ...clauseFindings(parsed, blue, there),
    ];
    // One that is refused for good leaves nothing behind.
    if (!forward.some(({ weight }) => weight === 'breaks')) foreseen.set(name, after);
    return {
      ...described,
      is: 'needed',
      after,
      forward,
      back: [
        ...added(rowFindings(before, blue, back), rowFindings(after, blue, back)),
        ...clauseFindings(parsed, blue, back),
      ],
    };
  });
}

/** Of a statement that is not understood, by what is recorded of it. */
const WITHOUT_EFFECT = { begun: 'unknown', done: 'there' } as const;

const NO_INVERSE: Inverse = { is: 'none', why: 'it was not understood' };

/** Green's table after a statement, where that can be told. */
export function foreseen(sql: string, green: Table | undefined): Table | undefined {
  const after = afterChange(parseChange(sql), green);
  return typeof after === 'string' ? undefined : after;
}

function isSameTable(one: ParsedChange, other: ParsedChange): boolean {
  return (
    one.is !== 'not-understood' && other.is !== 'not-understood' && tableText(one.table) === tableText(other.table)
  );
}

function isVisible(parsed: ParsedChange): boolean {
  return parsed.is !== 'alter' || parsed.clauses.some(isVisibleClause);
}

function isVisibleClause({ is }: Clause): boolean {
  return is !== 'option';
}

/** What such a clause says is seen in part: not which default, which comment or which partitions. */
const SEEN_IN_PART: ReadonlySet<Clause['is']> = new Set(['change-column', 'set-default', 'partition']);

/** Blue looks like it without the change, so that green looks like it proves nothing. Carried out twice it does no harm. */
function isHidden(parsed: ParsedChange, blue: Table | undefined): boolean {
  return (
    parsed.is === 'alter' &&
    blue !== undefined &&
    parsed.clauses.every(
      (clause) => !isVisibleClause(clause) || (SEEN_IN_PART.has(clause.is) && hasTakenEffect(blue, clause)),
    )
  );
}

function isThere(parsed: ParsedChange, green: Table | undefined, blue: Table | undefined): boolean {
  if (parsed.is === 'create-table') return green !== undefined;
  if (parsed.is === 'drop-table') return green === undefined && blue !== undefined;
  if (parsed.is === 'not-understood' || !green || !isVisible(parsed) || isHidden(parsed, blue)) return false;
  return parsed.clauses.every((clause) => hasTakenEffect(green, clause) && !isOfNothing(clause, green, blue));
}

/** What is to be dropped or renamed was never there: rather a misspelt name than something done. */
function isOfNothing(clause: Clause, green: Table, blue: Table | undefined): boolean {
  const removes = clause.is.startsWith('drop-') || clause.is.startsWith('rename-');
  return removes && (blue === undefined || hasTakenEffect({ ...blue, lines: green.lines }, clause));
}

function afterChange(parsed: ParsedChange, before: Table | undefined): Table | string | undefined {
  if (parsed.is === 'not-understood') return parsed.why;
  if (parsed.is === 'create-table') return { ...NO_TABLE, ...parsed.table };
  if (!before) return `green has no table ${tableText(parsed.table)}`;
  if (parsed.is === 'drop-table') return undefined;
  // Keys may go and come in one statement, whatever their order.
  const isDrop = ({ is }: Clause): boolean => is === 'drop-index' || is === 'drop-foreign-key';
  let now = before;
  for (const clause of [...parsed.clauses.filter(isDrop), ...parsed.clauses.filter((one) => !isDrop(one))]) {
    const next = applyClause(now, clause);
    if (typeof next === 'string') return next;
    now = next;
  }
  return now;
}

function added(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const known = new Set(before.map(({ text }) => text));
  return after.filter(({ text }) => !known.has(text));
}
