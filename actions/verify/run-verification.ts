/** Compares every table of the application between the side that serves and the one that follows it. */
import { UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { limits } from '../engine/context';
import type { MysqlServer, MysqlSession, Side } from '../ports/mysql-server';
import { servingSide } from '../state/format';
import { compareTable, type CompareSettings, type TableProgress } from './compare-table';
import { candidates, type Candidate, type ComparedTable } from './compared-table';
import { describer } from './describe-row';
import { passPosition, refuseUnlessFollowing } from './pass-position';
import type { TableResult, Verification } from './result';
import { isNamed } from './table-names';
import { tableReader } from './table-reader';
import { createThrottle, type Throttle, type ThrottleSettings } from './throttle';

export interface VerificationSettings extends CompareSettings, ThrottleSettings {
  /** `schema.table`, in which `*` stands for any characters; empty: all. */
  readonly tables: readonly string[];
  /** Whether the values of rows that differ are shown. */
  readonly values: boolean;
}

export interface Told {
  readonly table: string;
  /** Of so many tables, this is the one. */
  readonly number: number;
  readonly of: number;
  /** As the source estimates. */
  readonly expectedRows: number;
  readonly progress: TableProgress | undefined;
  /** What the throttle waits for. */
  readonly waitingFor?: string;
}

export interface VerificationHooks {
  readonly begunAt: string;
  /** Results of an earlier run that is gone on with. */
  readonly results: readonly TableResult[];
  readonly current: { readonly table: string; readonly progress: TableProgress } | undefined;
  /** Called after every chunk and every table. */
  readonly remember: (
    results: readonly TableResult[],
    current: { readonly table: string; readonly progress: TableProgress } | undefined,
    isUrgent: boolean,
  ) => Promise<void>;
  readonly tell: (told: Told) => void;
}

/** The server ends a statement of a chunk after this, of a whole table after the second. */
const CHUNK_LIMIT_MS = 60_000;
const WHOLE_LIMIT_MS = 600_000;

/** Throws `verify-not-following`, `verify-no-tables`, and what the connections throw. */
export async function runVerification(
  context: StepContext,
  settings: VerificationSettings,
  hooks: VerificationHooks,
): Promise<Verification> {
  const source = servingSide(context.phase);
  const [blue, green] = await Promise.all([context.mysql.connect('blue'), context.mysql.connect('green')]);
  const servers = { blue, green };
  await refuseUnlessFollowing(context, servers[otherOf(source)]);
  const all = await candidates(servers, source, limits(context, CHUNK_LIMIT_MS));
  const wanted = all.filter((one) => settings.tables.length === 0 || isNamed(nameOf(one), settings.tables));
  if (wanted.length === 0) throw noTables(settings.tables, all.length);
  const results = [...hooks.results];
  const done = new Set(results.map(({ table }) => table));
  const [forBlue, forGreen, bounds] = await Promise.all([
    blue.openSession(),
    green.openSession(),
    servers[source].openSession(),
  ]);
  const sessions = { blue: forBlue, green: forGreen, bounds };
  try {
    const { clock, signal } = context;
    const throttle = await createThrottle({
      ...{ servers, source, settings, clock, signal },
      limits: () => limits(context),
    });
    for (const [index, one] of wanted.entries()) {
      const name = nameOf(one);
      if (done.has(name)) continue;
      const place = { table: name, number: index + 1, of: wanted.length };
      const current = hooks.current?.table === name ? hooks.current.progress : undefined;
      const result =
        one.is === 'not'
          ? notCompared(one)
          : await compareOne(
              { context, servers, source, sessions, settings, throttle, hooks, place, results },
              one.table,
              current,
            );
      results.push(result);
      await hooks.remember(results, undefined, true);
      context.signal.throwIfAborted();
    }
  } finally {
    await Promise.all(Object.values(sessions).map((session) => session.close()));
  }
  return {
    source,
    begunAt: hooks.begunAt,
    endedAt: context.clock.now().toISOString(),
    isComplete: settings.tables.length === 0 && settings.sample >= 1,
    tables: results,
  };
}

interface OneParts {
  readonly context: StepContext;
  readonly servers: Readonly<Record<Side, MysqlServer>>;
  readonly source: Side;
  readonly sessions: Readonly<Record<Side | 'bounds', MysqlSession>>;
  readonly settings: VerificationSettings;
  readonly throttle: Throttle;
  readonly hooks: VerificationHooks;
  readonly place: Pick<Told, 'table' | 'number' | 'of'>;
  readonly results: readonly TableResult[];
}

async function compareOne(
  { context, servers, source, sessions, settings, throttle, hooks, place, results }: OneParts,
  table: ComparedTable,
  from: TableProgress | undefined,
): Promise<TableResult> {
  const { clock, signal } = context;
  let seen = from;
  const tell = (waitingFor?: string): void =>
    hooks.tell({ ...place, expectedRows: table.rows, progress: seen, ...(waitingFor ? { waitingFor } : {}) });
  const limitMs = table.texts.blue.key === undefined ? WHOLE_LIMIT_MS : CHUNK_LIMIT_MS;
  const reader = tableReader({ texts: table.texts, source, sessions, limits: () => limits(context, limitMs) });
  tell();
  return compareTable({
    table,
    reader,
    source,
    clock,
    signal,
    settings,
    from,
    throttle: { ...throttle, beforeChunk: (lastChunkMs) => throttle.beforeChunk(lastChunkMs, tell) },
    pass: () => passPosition(context, servers[source], servers[otherOf(source)]),
    onProgress: async (progress) => {
      seen = progress;
      tell();
      await hooks.remember(results, { table: table.name, progress }, false);
    },
    describe: describer({ table, sessions, withValues: settings.values, limits: () => limits(context, limitMs) }),
  });
}

function notCompared({ why }: Extract<Candidate, { is: 'not' }>): TableResult {
  return {
    table: why.name,
    verdict: why.verdict,
    reason: why.reason,
    method: 'none',
    rows: 0,
    chunks: 0,
    looksAgain: 0,
    share: 0,
    differences: [],
    isCut: false,
    notCompared: [],
    ms: 0,
  };
}

function nameOf(one: Candidate): string {
  return one.is === 'compared' ? one.table.name : one.why.name;
}

function noTables(patterns: readonly string[], known: number): UpgradeError {
  return new UpgradeError('there is no such table', {
    code: known === 0 ? 'verify-no-tables' : 'usage',
    source: 'user',
    hint:
      known === 0
        ? 'Neither side has a table of the application that this account can see. Use the master user of the clusters.'
        : `None of the ${known} tables is called ${patterns.join(' or ')}. Write schema.table, or schema.* for all of a schema.`,
  });
}

function otherOf(side: Side): Side {
  return side === 'blue' ? 'green' : 'blue';
}
