/**
 * The syntax oracle: what blue has stored is created on an empty server of the target version, which knows its own grammar
 * better than any list of words. It is no replacement for the text rules: ENCODE(), X() or SQL_CACHE pass when a routine is
 * created and fail when it is called (tried on 9.7.4).
 */
import { mysqlNumbers } from '../crossing';
import type { Level } from '../check';
import { describeFailure } from '../failure';
import type { NotChecked, PrecheckFinding, PrecheckReport } from '../report';
import type { Query } from '../../ports/mysql-server';
import { readDefinitions, type Definition } from './read-definitions';
import type { Refusal, Scratch } from './scratch';

/** Id of what no check of the catalogue is about. */
export const ORACLE_ID = 'syntaxOracle';

/** The check that a refusal belongs to, by MySQL's error number (each tried on 9.7.4). */
const CHECK_OF: Readonly<Record<number, readonly [check: string, level: Level]>> = {
  1059: ['foreignKeyLength', 'error'],
  1063: ['columnDefinition', 'error'],
  1089: ['geometryPrefixIndex', 'error'],
  1101: ['columnsWhichCannotHaveDefaults', 'error'],
  1166: ['viewColumnNameLength', 'error'],
  1178: ['nonNativePartitioning', 'error'],
  1305: ['removedFunctions', 'error'],
  1359: ['duplicateTriggers', 'error'],
  1478: ['partitionedTablesInSharedTablespaces', 'error'],
  1654: ['deprecatedTemporalDelimiter', 'error'],
  3505: ['enumSetElementLength', 'error'],
  3510: ['partitionedTablesInSharedTablespaces', 'error'],
  3763: ['removedFunctions', 'error'],
  6123: ['partitionsWithPrefixKeys', 'error'],
  6125: ['foreignKeyReferences', 'warning'],
};
const SYNTAX_ERROR = 1064;
const NO_SUCH_TABLE = 1146;
const INVALID_VIEW = 1356;

/** Refusals that are about the account on the scratch server or about its settings: they tell nothing of the definition. */
const NOT_OF_THE_TEXT: ReadonlySet<number> = new Set([1044, 1045, 1142, 1143, 1227, 1370, 1418, 1419, 1449]);

interface Refused {
  readonly definition: Definition;
  readonly refusal: Refusal;
}

/** `report` with what the scratch server refuses. Stops with its reason when `signal` is aborted. */
export async function withOracle(
  report: PrecheckReport,
  read: <T>(query: Query<T>) => Promise<T>,
  scratch: Scratch,
  options: { readonly signal?: AbortSignal; readonly progress?: (done: number, total: number) => void } = {},
): Promise<PrecheckReport> {
  const { definitions, unreadable } = await readDefinitions(report.serverVersion, read);
  const { refused, untried } = await loadAll(definitions, scratch, options);
  const isTarget = sameSeries(scratch.version, report.targetVersion);
  const findings = refused.map((one) => findingOf(one, scratch.version, isTarget));
  const difference = isTarget
    ? ''
    : ` The target is ${report.targetVersion}, another series: what it refuses is told as a warning, and a word that only the target refuses is not found this way.`;
  const gaps: readonly NotChecked[] = [
    ...unreadable.map(({ object, error }) => ({ check: ORACLE_ID, object, reason: describeFailure(error).reason })),
    ...untried,
  ];
  return {
    ...report,
    findings: merge(report.findings, findings),
    notChecked: [...report.notChecked, ...gaps],
    checked: [...report.checked, ORACLE_ID],
    notes: [
      ...(report.notes ?? []),
      `Syntax oracle: ${definitions.length} definitions were loaded into MySQL ${scratch.version}, which refused ${refused.length}.${difference}`,
    ],
  };
}

async function loadAll(
  definitions: readonly Definition[],
  scratch: Scratch,
  { signal, progress }: { readonly signal?: AbortSignal; readonly progress?: (done: number, total: number) => void },
): Promise<{ readonly refused: readonly Refused[]; readonly untried: readonly NotChecked[] }> {
  const refused: Refused[] = [];
  const untried: NotChecked[] = [];
  let views: Definition[] = [];
  let done = 0;
  const attempt = async (definition: Definition): Promise<Refusal | undefined> => {
    signal?.throwIfAborted();
    progress?.((done += 1), definitions.length);
    const { kind, schema, sqlModes, sql } = definition;
    return scratch.attempt({ schema: kind === 'schema' ? undefined : schema, sqlModes, sql });
  };
  const refuse = (definition: Definition, refusal: Refusal): void => {
    const lacking = NOT_OF_THE_TEXT.has(refusal.errno)
      ? `the scratch server did not let it be tried: ${refusal.message}`
      : missingTable(definition, refusal, refused);
    if (lacking === undefined) refused.push({ definition, refusal });
    else untried.push({ check: ORACLE_ID, object: definition.object, reason: lacking });
  };
  const tryViews = async (): Promise<void> => {
    // A view may be built on another: as long as some succeed, the others may be next.
    for (let before = Infinity; views.length < before;) {
      before = views.length;
      const failed: { readonly definition: Definition; readonly refusal: Refusal }[] = [];
      for (const definition of views) {
        const refusal = await attempt(definition);
        if (refusal) failed.push({ definition, refusal });
      }
      views = failed.map(({ definition }) => definition);
      if (views.length < before && views.length > 0) continue;
      for (const { definition, refusal } of failed) refuse(definition, refusal);
      views = [];
    }
  };
  for (const definition of definitions) {
    if (definition.kind === 'view') {
      views.push(definition);
      continue;
    }
    if (views.length > 0) await tryViews();
    const refusal = await attempt(definition);
    if (refusal) refuse(definition, refusal);
  }
  if (views.length > 0) await tryViews();
  return { refused, untried };
}

/** Why nothing is known of something that stands on what was refused; undefined when the refusal is its own. */
function missingTable(
  { kind, schema, table }: Definition,
  { errno, message }: Refusal,
  refused: readonly Refused[],
): string | undefined {
  if (kind !== 'view' && kind !== 'trigger') return undefined;
  if (errno !== NO_SUCH_TABLE && errno !== INVALID_VIEW) return undefined;
  const named = kind === 'trigger' ? `${schema}.${table}` : /'([^']+)'/.exec(message)?.[1];
  const cause = refused.find(({ definition }) => definition.object === named)?.definition.object;
  return cause === undefined && errno === NO_SUCH_TABLE
    ? `it stands on ${named ?? 'something'}, which blue does not have or could not show`
    : cause === undefined
      ? undefined
      : `it stands on ${cause}, which was refused`;
}

function findingOf({ definition, refusal }: Refused, version: string, isTarget: boolean): PrecheckFinding {
  const { kind, object } = definition;
  const isProgram = kind === 'procedure' || kind === 'function' || kind === 'trigger' || kind === 'event';
  const [check, level] =
    CHECK_OF[refusal.errno] ??
    ([isProgram && refusal.errno === SYNTAX_ERROR ? 'routineSyntax' : ORACLE_ID, 'error'] as const);
  return {
    check,
    level: isTarget ? level : 'warning',
    object,
    description: `MySQL ${version} refuses to create this ${kind}: ${refusal.message} (${refusal.errno}).`,
  };
}

/** A refusal of what a rule has found already is its proof, not another finding. */
function merge(findings: readonly PrecheckFinding[], refused: readonly PrecheckFinding[]): readonly PrecheckFinding[] {
  const merged = [...findings];
  const places = new Map<string, number>();
  merged.forEach((finding, index) => {
    // Of a table's columns the first one carries the proof.
    for (const object of withParents(finding.object)) {
      const keys = [`${finding.check} ${object}`, ...(finding.level === 'error' ? [`any ${object}`] : [])];
      for (const key of keys) if (!places.has(key)) places.set(key, index);
    }
  });
  for (const proof of refused) {
    const isGeneral = proof.check === ORACLE_ID || proof.check === 'routineSyntax';
    const place =
      places.get(`${proof.check} ${proof.object}`) ?? (isGeneral ? places.get(`any ${proof.object}`) : undefined);
    const known = place === undefined ? undefined : merged[place];
    if (place === undefined || known === undefined) merged.push(proof);
    else merged[place] = { ...known, description: `${known.description} ${proof.description}` };
  }
  return merged;
}

/** `a.b.c` stands for itself and for `a.b`. */
function withParents(object: string): readonly string[] {
  const parts = object.split('.');
  return parts.length === 3 ? [object, parts.slice(0, 2).join('.')] : [object];
}

function sameSeries(version: string, target: string): boolean {
  const [a, b] = [mysqlNumbers(version), mysqlNumbers(target)];
  return a[0] === b[0] && a[1] === b[1];
}
