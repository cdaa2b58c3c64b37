/** The sample of read statements: what the servers count by digest, joined with texts that can be run. Pure. */
import { TOOL_SCHEMA } from '../mysql/statements';
import { fingerprintId, fingerprintOf, schemasNamed } from './fingerprint';
import { judgeRead, type KnownFunctions, type Volatility } from './safe-read';
import { isReadOtherwise, tokensOf, wordOf } from './tokens';

/** A normalised statement with its figures since the server counts. */
export interface DigestCount {
  readonly schema: string | undefined;
  readonly digestText: string;
  readonly count: number;
  /** All executions together. */
  readonly ms: number;
}

export type TextSource = 'digest' | 'history' | 'process list' | 'slow log' | 'file';

/** A statement with its values, as somebody ran it. */
export interface HeardText {
  readonly schema: string | undefined;
  readonly text: string;
  readonly source: TextSource;
  /** Sightings, or occurrences in a file. */
  readonly seen: number;
  /** The server kept its beginning only. */
  readonly isCutOff: boolean;
  /** What the server itself makes of it, where it says so. */
  readonly digestText?: string;
}

/** One text of a sampled read. */
export interface ReadText {
  readonly text: string;
  readonly isOrdered: boolean;
  /** Undefined when two runs on the same data must answer the same. */
  readonly volatile: Volatility | undefined;
}

/** A fingerprint with texts that are safe to run. */
export interface SampledRead {
  readonly id: string;
  /** Without values: may be shown. */
  readonly fingerprint: string;
  readonly schema: string | undefined;
  readonly source: TextSource;
  /** At least one; personal data may stand in them. */
  readonly texts: readonly ReadText[];
  /** Executions as the server counted them, else how often the texts were seen. */
  readonly count: number;
  /** Time of the server in all of them; 0 when it was not counted. */
  readonly ms: number;
}

export interface NotSampled {
  readonly id: string;
  readonly fingerprint: string;
  readonly schema: string | undefined;
  readonly reason: string;
  readonly count: number;
  readonly ms: number;
}

export interface ReadSample {
  readonly reads: readonly SampledRead[];
  readonly notSampled: readonly NotSampled[];
  readonly coverage: Coverage;
}

export interface Coverage {
  /** Fingerprints of reads that the server counted, and those of them with a text that can be run. */
  readonly digests: number;
  readonly sampled: number;
  /** Of the time that the server spent in counted reads, the part in sampled ones; null when nothing was counted. */
  readonly share: number | null;
}

export interface SampleWishes {
  /** Fingerprints at most, the costliest first. */
  readonly most: number;
  readonly textsEach: number;
  readonly functions: KnownFunctions;
  /** Modes of the servers' `sql_mode`, upper case. */
  readonly sqlModes: ReadonlySet<string>;
}

interface Group {
  readonly schema: string | undefined;
  readonly fingerprint: string;
  count: number;
  ms: number;
  readonly texts: HeardText[];
}

export function makeSample(
  digests: readonly DigestCount[],
  texts: readonly HeardText[],
  wishes: SampleWishes,
): ReadSample {
  const groups = new Map<string, Group>();
  const groupOf = (schema: string | undefined, fingerprint: string): Group => {
    const key = `${schema ?? ''}\0${fingerprint}`;
    const found = groups.get(key) ?? { schema, fingerprint, count: 0, ms: 0, texts: [] };
    groups.set(key, found);
    return found;
  };
  for (const { schema, digestText, count, ms } of digests) {
    if (isForeign(schema, digestText)) continue;
    const group = groupOf(schema, fingerprintOf(digestText));
    group.count += count;
    group.ms += ms;
  }
  const counted = new Set(groups.values());
  for (const text of texts) {
    const shape = text.digestText ?? text.text;
    if (isForeign(text.schema, shape)) continue;
    const isOpaque = text.digestText === undefined && isOther(text.text, wishes.sqlModes);
    const fingerprint = isOpaque ? OPAQUE : fingerprintOf(shape);
    // A file does not always say which schema a statement was for: the one that runs it most.
    const known = text.schema === undefined ? costliest(counted, fingerprint) : undefined;
    (known ?? groupOf(text.schema, fingerprint)).texts.push(text);
  }
  return choose([...groups.values()], counted, wishes);
}

/** Instead of a fingerprint that would have a part of a value for a word of the statement. */
const OPAQUE = 'not shown: its values cannot be told from its words';

function isOther(text: string, sqlModes: ReadonlySet<string>): boolean {
  return tokensOf(text).some((token) => isReadOtherwise(token, sqlModes));
}

function costliest(groups: ReadonlySet<Group>, fingerprint: string): Group | undefined {
  return [...groups].filter((group) => group.fingerprint === fingerprint).sort((a, b) => b.ms - a.ms)[0];
}

function choose(groups: readonly Group[], counted: ReadonlySet<Group>, wishes: SampleWishes): ReadSample {
  const reads: SampledRead[] = [];
  const notSampled: NotSampled[] = [];
  for (const group of groups.toSorted(byWeight)) {
    const { schema, fingerprint, count, ms, texts } = group;
    const base = { id: idOf(group), fingerprint, schema, ms, count: count || sum(texts.map(({ seen }) => seen)) };
    const found = runnable(group, wishes);
    if (!found.best) notSampled.push({ ...base, reason: found.reason });
    else if (reads.length >= wishes.most) notSampled.push({ ...base, reason: `beyond the first ${wishes.most}` });
    else reads.push({ ...base, source: found.best.source, texts: found.texts });
  }
  const all = sum([...counted].map(({ ms }) => ms));
  const ids = new Set(reads.map(({ id }) => id));
  const covered = [...counted].filter((group) => ids.has(idOf(group)));
  return {
    reads,
    notSampled,
    coverage: {
      digests: counted.size,
      sampled: covered.length,
      share: all === 0 ? null : sum(covered.map(({ ms }) => ms)) / all,
    },
  };
}

function byWeight(one: Group, other: Group): number {
  const seen = ({ texts }: Group): number => sum(texts.map((text) => text.seen));
  return other.ms - one.ms || seen(other) - seen(one) || one.fingerprint.localeCompare(other.fingerprint);
}

type Runnable =
  | { readonly best: HeardText; readonly texts: readonly ReadText[] }
  | { readonly best: undefined; readonly reason: string };

/** Those seen most often first, each once. */
function runnable({ fingerprint, texts: heard }: Group, { functions, textsEach, sqlModes }: SampleWishes): Runnable {
  let reason = reasonOfShape(fingerprint, functions) ?? 'no text of it is known';
  let best: HeardText | undefined;
  const texts = new Map<string, ReadText>();
  for (const one of heard.toSorted((a, b) => b.seen - a.seen)) {
    if (texts.size >= textsEach) break;
    if (one.isCutOff) {
      reason = 'its text was cut off by the server';
      continue;
    }
    const judged = judgeRead(one.text, functions, sqlModes);
    if (judged.is === 'unsafe') {
      ({ reason } = judged);
      continue;
    }
    best ??= one;
    const { text, isOrdered, volatile } = judged;
    texts.set(text, { text, isOrdered, volatile });
  }
  return best ? { best, texts: [...texts.values()] } : { best: undefined, reason };
}

/** What is wrong with a statement whatever its values are. */
function reasonOfShape(fingerprint: string, functions: KnownFunctions): string | undefined {
  const judged = judgeRead(fingerprint.replaceAll('?', '1'), functions);
  return judged.is === 'unsafe' ? judged.reason : undefined;
}

/** Not of the application: of the server, the platform or this tool. Neither is what reads no table: it shows nothing. */
function isForeign(schema: string | undefined, text: string): boolean {
  if (!readsTables(text)) return true;
  if (schema !== undefined && PLATFORM.has(schema.toLowerCase())) return true;
  if ([...schemasNamed(text)].some((name) => PLATFORM.has(name))) return true;
  return VERIFICATION.test(text);
}

const PLATFORM: ReadonlySet<string> = new Set([
  'information_schema',
  'mysql',
  'performance_schema',
  'rdsadmin',
  'sys',
  TOOL_SCHEMA.toLowerCase(),
]);

function readsTables(text: string): boolean {
  const words = tokensOf(text).map(wordOf);
  return words.includes('from') || words.find(Boolean) === 'table';
}

/** How `verify` begins a chunk, as sent and as a digest has it. */
const VERIFICATION = /CRC32 ?\( ?CRC32 ?\( ?CONCAT_WS/i;

function idOf({ schema, fingerprint }: Pick<Group, 'schema' | 'fingerprint'>): string {
  return fingerprintId(`${schema ?? ''}\n${fingerprint}`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
