/** What the step that makes `green.changes` and whoever takes them back have in common: looking, carrying out, recording. */
import { changeProblems, wayBackOf, type Waivers } from '../changes/change-problems';
import {
  judgeChanges,
  readChanges,
  tablesOf,
  type BothSides,
  type Judgement,
  type ReadStatement,
} from '../changes/judge-changes';
import { tableText, type Table, type TableName } from '../changes/table-model';
import { ask, limits, server } from '../engine/context';
import { canonicalHash } from '../engine/canonical-json';
import { UpgradeError } from '../engine/errors';
import type { Problem, StepContext } from '../engine/step';
import { tableQuestions, typeConversions } from '../mysql/change-queries';
import { dialectOf } from '../mysql/version';
import type { Side } from '../ports/mysql-server';
import type { GreenChange } from '../state/format';

/** A catalogue of many tables takes its time on 5.7. */
const LOOK_MS = 60_000;

export interface SeenChanges {
  readonly judgements: readonly Judgement[];
  readonly problems: readonly Problem[];
  /** Green is not there yet, and was taken for what it will be: a copy of blue. */
  readonly isForeseen: boolean;
}

/** Every statement of upgrade.yaml against both sides as they are now. Observes only. */
export async function seeChanges(context: StepContext): Promise<SeenChanges> {
  const statements = readChanges(context.config.green.changes);
  if (statements.length === 0) return { judgements: [], problems: [], isForeseen: false };
  const conversions = { blue: await conversionsOf(context, 'blue'), green: await conversionsOfGreen(context) };
  const isForeseen = conversions.green === undefined;
  const sides = new Map<string, BothSides>();
  for (const name of tablesOf(statements)) {
    const blue = await readTable(context, 'blue', name);
    sides.set(tableText(name), { blue, green: isForeseen ? blue : await readTable(context, 'green', name) });
  }
  const judgements = judgeChanges(
    statements,
    sides,
    { ...conversions, green: conversions.green ?? '' },
    (statement) => recordOf(context, statement)?.status,
  );
  const isBound = dialectOf((await server(context, 'green')).version) === 'master';
  const problems = changeProblems(judgements, waiversOf(context));
  return { judgements, problems: isBound && judgements.some(isMissing) ? [BOUND, ...problems] : problems, isForeseen };
}

/** To be carried out: not seen on green, nor said to be there by a waiver. */
export function isMissing({ is }: Judgement): boolean {
  return is !== 'there' && is !== 'unknown';
}

/** Tried on 5.7.29: 1290 for every account without SUPER, which nobody has on Aurora. */
const BOUND: Problem = {
  code: 'change-green-read-only',
  summary: 'read_only of green binds the master user too',
  detail:
    'Before 8.0 nobody but the applier can change a green that is read_only, and a green that is not read_only would take the writes of the application. So the tool makes no changes on a green of 5.7. Make them after the cutover, or move to Aurora MySQL 3 or later, where the master user passes read_only. Nothing was changed.',
};

/** Undefined: there is no such table. */
export async function readTable(context: StepContext, side: Side, name: TableName): Promise<Table | undefined> {
  const from = await server(context, side);
  const questions = tableQuestions(from.version, name);
  const within = limits(context, LOOK_MS);
  const found = await from.read(questions.table, within);
  if (!found) return undefined;
  return {
    ...name,
    ...found,
    columns: await from.read(questions.columns, within),
    indexes: await from.read(questions.indexes, within),
    ...(await from.read(questions.constraints, within)),
    lines: await from.read(questions.lines, within),
  };
}

export function hashOf({ sql }: Pick<ReadStatement, 'sql'>): string {
  return canonicalHash(sql).slice(0, 16);
}

export function recordOf(context: StepContext, statement: Pick<ReadStatement, 'sql'>): GreenChange | undefined {
  return context.facts().greenChanges?.find(({ hash }) => hash === hashOf(statement));
}

/** Durable when it resolves; what is known of the statement is kept where it was recorded before. */
export async function record(context: StepContext, judgement: Judgement, status: GreenChange['status']): Promise<void> {
  const known = recordOf(context, judgement);
  const { id, sql, objects, inverse } = judgement;
  const change: GreenChange = {
    ...(known ?? {
      id,
      hash: hashOf(judgement),
      sql,
      wayBack: judgement.is === 'not-understood' ? 'breaks' : wayBackOf(judgement),
      objects,
      undoSql: inverse.is === 'statement' ? inverse.sql : null,
      undoNote: inverse.is === 'none' ? inverse.why : inverse.losesData ? 'what was written into it is lost' : '',
    }),
    status,
    at: context.clock.now().toISOString(),
  };
  const others = (context.facts().greenChanges ?? []).filter(({ hash }) => hash !== change.hash);
  await context.remember({ greenChanges: [...others, change] });
}

export async function forget(context: StepContext, { hash }: Pick<GreenChange, 'hash'>): Promise<void> {
  const others = (context.facts().greenChanges ?? []).filter((one) => one.hash !== hash);
  await context.remember({ greenChanges: others });
}

async function conversionsOf(context: StepContext, side: Side): Promise<string> {
  return ask(context, side, typeConversions((await server(context, side)).version));
}

/** Undefined: Terraform has yet to make green. */
async function conversionsOfGreen(context: StepContext): Promise<string | undefined> {
  try {
    return await conversionsOf(context, 'green');
  } catch (error) {
    if (error instanceof UpgradeError && error.code === 'green-not-there') return undefined;
    throw error;
  }
}

function waiversOf({ config, clock }: StepContext): Waivers {
  return { waivers: config.waivers, today: clock.now().toISOString().slice(0, 10) };
}
