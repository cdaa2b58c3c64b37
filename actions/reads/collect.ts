/** Learns from the instances of one side which reads its application makes. Changes no setting of theirs. */
import { limits } from '../engine/context';
import { messageOf, UpgradeError } from '../engine/errors';
import { globalVariables } from '../mysql/queries';
import {
  READ_SETTINGS,
  readDigests,
  runningStatements,
  slowStatements,
  statementHistory,
  storedFunctions,
  uncountedStatements,
  type SeenText,
} from '../mysql/read-queries';
import type { Clock } from '../ports/clock';
import type { Query } from '../ports/mysql-server';
import { isCutOff } from './fingerprint';
import type { ReadInstance } from './read-instance';
import {
  makeSample,
  type DigestCount,
  type HeardText,
  type ReadSample,
  type SampleWishes,
  type TextSource,
} from './sample';

export interface CollectContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Something that people should know. */
  readonly note: (code: string, text: string) => void;
  readonly tell: (doing: string) => void;
}

export interface CollectWishes extends Omit<SampleWishes, 'functions' | 'sqlModes'> {
  /** Stored functions that may be called, as `name` or `schema.name` in lower case. */
  readonly functions: ReadonlySet<string>;
  /** Look at what runs for this long; 0: not. */
  readonly listenMs: number;
  /** Of a file: the only texts then, beside the figures of the server. */
  readonly fromFile: readonly HeardText[] | undefined;
}

export interface Collected extends ReadSample {
  /** Instances that were asked. */
  readonly from: readonly string[];
  /** Statements that no digest counts. */
  readonly withoutDigest: number;
  readonly prepared: number;
}

interface Heap {
  readonly digests: DigestCount[];
  readonly texts: Map<string, HeardText>;
  readonly stored: Set<string>;
  readonly sqlModes: Set<string>;
  withoutDigest: number;
  prepared: number;
}

/** Throws `reads-none` when there is nothing to run. */
export async function collectReads(
  context: CollectContext,
  instances: readonly ReadInstance[],
  wishes: CollectWishes,
): Promise<Collected> {
  const heap: Heap = {
    digests: [],
    texts: new Map(),
    stored: new Set(),
    sqlModes: new Set(),
    withoutDigest: 0,
    prepared: 0,
  };
  for (const text of wishes.fromFile ?? []) add(heap, text);
  for (const instance of instances) await askOne(context, instance, heap, wishes);
  if (wishes.listenMs > 0) await listen(context, instances, heap, wishes.listenMs);
  const functions = { allowed: wishes.functions, stored: heap.stored };
  const sample = makeSample(heap.digests, [...heap.texts.values()], { ...wishes, functions, sqlModes: heap.sqlModes });
  if (sample.reads.length === 0) throw none(sample, wishes);
  const { withoutDigest, prepared } = heap;
  return { ...sample, from: instances.map(({ id }) => id), withoutDigest, prepared };
}

const ASK_MS = 60_000;

async function askOne(
  context: CollectContext,
  { id, server }: ReadInstance,
  heap: Heap,
  { fromFile }: CollectWishes,
): Promise<void> {
  context.tell(`asking ${id} for its statements`);
  const within = () => limits(context, ASK_MS);
  const settings = await server.read(globalVariables(READ_SETTINGS), within());
  for (const mode of (settings.get('sql_mode') ?? '').split(',')) heap.sqlModes.add(mode.toUpperCase());
  for (const name of await server.read(storedFunctions(), within())) heap.stored.add(name);
  if (settings.get('performance_schema') !== 'ON') {
    context.note(
      'reads-not-counted',
      `performance_schema is off on ${id}, so nothing is known of what its reads cost. Set performance_schema to 1 in the ` +
        'parameter group of the instance and reboot it when that suits, or give the statements with --file; --listen sees ' +
        'what runs meanwhile.',
    );
  } else {
    const longest = Number(settings.get('performance_schema_max_sql_text_length') ?? 1024);
    for (const { sample, ...digest } of await server.read(readDigests(server.version), within())) {
      heap.digests.push(digest);
      if (sample !== undefined && fromFile === undefined) {
        add(heap, { ...digest, text: sample, source: 'digest', seen: 1, isCutOff: isCutOff(sample, longest) });
      }
    }
    const uncounted = await server.read(uncountedStatements(), within());
    heap.withoutDigest += uncounted.withoutDigest;
    heap.prepared += uncounted.prepared;
    if (fromFile === undefined) hear(heap, await server.read(statementHistory(), within()), 'history', longest);
  }
  const isLogged = settings.get('log_output')?.includes('TABLE') === true && settings.get('slow_query_log') === 'ON';
  if (fromFile !== undefined || !isLogged) return;
  try {
    hear(heap, await server.read(slowStatements(), within()), 'slow log', Infinity);
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.note('reads-slow-log-unread', `the slow query log of ${id} cannot be read: ${messageOf(error)}`);
  }
}

const LISTEN_EVERY_MS = 500;
/** After a look, in lengths of it: with thousands of sessions a look is no small question. */
const REST = 9;
/** Texts that are kept at most. */
const MOST_TEXTS = 20_000;

/** What runs, looked at again and again: nothing is turned on for it. */
async function listen(
  context: CollectContext,
  instances: readonly ReadInstance[],
  heap: Heap,
  forMs: number,
): Promise<void> {
  const { clock, signal } = context;
  const longest = new Map<string, number>();
  for (const { id, server } of instances) {
    const settings = await server.read(globalVariables(READ_SETTINGS), limits(context));
    if (settings.get('performance_schema') !== 'ON') continue;
    longest.set(id, Number(settings.get('performance_schema_max_sql_text_length') ?? 1024));
  }
  const begin = clock.monotonicMs();
  for (;;) {
    const elapsed = clock.monotonicMs() - begin;
    if (elapsed >= forMs) return;
    const lookAt = clock.monotonicMs();
    context.tell(`listening: ${heap.texts.size} texts so far, ${Math.ceil((forMs - elapsed) / 1000)} s to go`);
    for (const { id, server } of instances) {
      const ask = async (query: Query<readonly SeenText[]>, source: TextSource, most: number): Promise<void> => {
        hear(heap, await server.read(query, limits(context)), source, most);
      };
      await ask(runningStatements(), 'process list', Infinity);
      const most = longest.get(id);
      if (most !== undefined) await ask(statementHistory(), 'history', most);
    }
    const tookMs = clock.monotonicMs() - lookAt;
    await clock.sleep(
      Math.min(Math.max(LISTEN_EVERY_MS, tookMs * REST), Math.max(0, forMs - elapsed - tookMs)),
      signal,
    );
  }
}

function hear(heap: Heap, seen: readonly SeenText[], source: TextSource, longest: number): void {
  for (const { schema, text } of seen) add(heap, { schema, text, source, seen: 1, isCutOff: isCutOff(text, longest) });
}

/** The first source of a text counts; a whole one wins over one that was cut off. */
function add(heap: Heap, text: HeardText): void {
  const key = `${text.schema ?? ''}\0${text.text}`;
  const known = heap.texts.get(key);
  if (known === undefined && heap.texts.size >= MOST_TEXTS) return;
  heap.texts.set(key, known ? { ...known, seen: known.seen + text.seen } : text);
}

function none({ notSampled, coverage }: ReadSample, { fromFile }: CollectWishes): UpgradeError {
  const reasons = new Map<string, number>();
  for (const { reason } of notSampled) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const why = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `${count}: ${reason}`);
  return new UpgradeError('there is no read statement to run', {
    code: 'reads-none',
    source: 'user',
    hint:
      (fromFile === undefined
        ? `The servers count ${coverage.digests} kinds of reads, but have no text that can be run`
        : 'The file has no read that can be run') +
      `${why.length === 0 ? '' : ` (${why.join('; ')})`}. MySQL 5.7 keeps the texts of the last statements of each session ` +
      'only, and none of prepared statements. Listen while the application works (--listen 60s), or give a file with ' +
      'statements or a slow query log (--file).',
  });
}
