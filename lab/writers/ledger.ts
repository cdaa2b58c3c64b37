/**
 * What the writers were promised, and what became of it. Pure: everything here is computed from acknowledgements that the
 * clients recorded and from the rows that the two servers hold at the end. Times are milliseconds of the machine's
 * monotonic clock, so they compare across processes.
 */

/** A commit the client was told of. */
export interface Acknowledgement {
  readonly client: number;
  readonly seq: number;
  readonly payload: string;
  /** The server that applied it. */
  readonly serverUuid: string;
  readonly sentMs: number;
  readonly ackMs: number;
  /**
   * `written`: the server answered the COMMIT. `found`: the answer was lost and the row was there when the client came
   * back, so the moment at which it was applied is not known.
   */
  readonly kind: 'written' | 'found';
}

export interface WriterIdentity {
  readonly client: number;
  /** The first sequence number of this run: rows before it belong to earlier runs. */
  readonly firstSeq: number;
  /** What the client's counter stood at before this run. */
  readonly firstCents: number;
  /** Probes resolve the host name anew at each connection; pooled clients trust the TTL. */
  readonly kind: 'probe' | 'pooled';
}

/** A COMMIT without an answer, not settled yet: its row may or may not exist. */
export interface UnknownWrite {
  readonly client: number;
  readonly seq: number;
  readonly payloads: readonly string[];
}

export interface WriterError {
  readonly client: number;
  /** MySQL's or Node's symbolic name, e.g. `ER_OPTION_PREVENTS_STATEMENT`, `ECONNRESET`, `DEADLINE`. */
  readonly code: string;
  readonly atMs: number;
}

export interface LedgerSnapshot {
  readonly takenMs: number;
  readonly writers: readonly WriterIdentity[];
  readonly acknowledgements: readonly Acknowledgement[];
  readonly unknown: readonly UnknownWrite[];
  readonly errors: readonly WriterError[];
  /** A sequence number that had no unsettled COMMIT and yet was there already: something wrote it a second time. */
  readonly unexpectedDuplicates: readonly { readonly client: number; readonly seq: number }[];
}

/** A row of the ledger's table as one server holds it. */
export interface LedgerRow {
  readonly client: number;
  readonly seq: number;
  readonly payload: string;
  readonly serverUuid: string;
}

/** What one server holds of the ledger, at one moment. */
export interface LedgerSide {
  readonly rows: readonly LedgerRow[];
  /** By client: a counter to which every transaction adds one. */
  readonly cents: ReadonlyMap<number, number>;
}

export interface LedgerAudit {
  readonly acknowledged: number;
  /** Acknowledged, and absent where the application is served now. Must be empty. */
  readonly lost: readonly Acknowledgement[];
  /** Acknowledged, and absent on the other side; empty once the channel to it has caught up. */
  readonly missingOnOther: readonly Acknowledgement[];
  /** Written more than once; says how that is known. Must be empty. */
  readonly duplicated: readonly Duplicate[];
  /** Clients whose counter and rows differ: a transaction was applied twice, or in part. Must be empty. */
  readonly miscounted: readonly {
    readonly client: number;
    readonly side: 'serving' | 'other';
    readonly rows: number;
    readonly counted: number;
  }[];
  /** Rows nobody was told of: COMMITs whose answer was lost and never asked for again. Neither lost nor wrong. */
  readonly unacknowledged: number;
}

export interface Duplicate {
  readonly client: number;
  readonly seq: number;
  readonly evidence:
    | 'acknowledged twice'
    | 'row differs from the acknowledged one'
    | 'the servers hold different rows'
    | 'row was there before it was written';
}

/** `serving` is the side that serves the application now. */
export function auditLedger(
  snapshot: Pick<LedgerSnapshot, 'writers' | 'acknowledgements' | 'unexpectedDuplicates'>,
  sides: { readonly serving: LedgerSide; readonly other: LedgerSide },
): LedgerAudit {
  const serving = rowsOfRun(snapshot.writers, sides.serving);
  const other = rowsOfRun(snapshot.writers, sides.other);
  const acknowledged = byKey(snapshot.acknowledgements);
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged.values()].filter((one) => !serving.has(keyOf(one))),
    missingOnOther: [...acknowledged.values()].filter((one) => !other.has(keyOf(one))),
    duplicated: findDuplicates(snapshot, serving, other),
    miscounted: [
      ...findMiscounted(snapshot.writers, 'serving', sides.serving, serving),
      ...findMiscounted(snapshot.writers, 'other', sides.other, other),
    ],
    unacknowledged: [...serving.keys()].filter((key) => !acknowledged.has(key)).length,
  };
}

function rowsOfRun(writers: LedgerSnapshot['writers'], side: LedgerSide): Map<string, LedgerRow> {
  const firstSeqs = new Map(writers.map(({ client, firstSeq }) => [client, firstSeq]));
  return byKey(side.rows.filter((row) => row.seq >= (firstSeqs.get(row.client) ?? Infinity)));
}

function findMiscounted(
  writers: LedgerSnapshot['writers'],
  side: 'serving' | 'other',
  { cents }: LedgerSide,
  rowsByKey: ReadonlyMap<string, LedgerRow>,
): LedgerAudit['miscounted'] {
  const rows = [...rowsByKey.values()];
  return writers.flatMap(({ client, firstCents }) => {
    const written = rows.filter((row) => row.client === client).length;
    const counted = (cents.get(client) ?? firstCents) - firstCents;
    return counted === written ? [] : [{ client, side, rows: written, counted }];
  });
}

function findDuplicates(
  { acknowledgements, unexpectedDuplicates }: Pick<LedgerSnapshot, 'acknowledgements' | 'unexpectedDuplicates'>,
  serving: ReadonlyMap<string, LedgerRow>,
  other: ReadonlyMap<string, LedgerRow>,
): Duplicate[] {
  const found = new Map<string, Duplicate>();
  const add = ({ client, seq }: { client: number; seq: number }, evidence: Duplicate['evidence']) => {
    const key = keyOf({ client, seq });
    if (!found.has(key)) found.set(key, { client, seq, evidence });
  };
  const seen = new Set<string>();
  for (const one of acknowledgements) {
    const key = keyOf(one);
    if (seen.has(key)) add(one, 'acknowledged twice');
    seen.add(key);
    for (const row of [serving.get(key), other.get(key)]) {
      if (row !== undefined && !isSameRow(row, one)) add(one, 'row differs from the acknowledged one');
    }
  }
  for (const [key, row] of serving) {
    const twin = other.get(key);
    if (twin !== undefined && !isSameRow(row, twin)) add(row, 'the servers hold different rows');
  }
  for (const one of unexpectedDuplicates) add(one, 'row was there before it was written');
  return [...found.values()];
}

function isSameRow(
  one: Pick<LedgerRow, 'payload' | 'serverUuid'>,
  two: Pick<LedgerRow, 'payload' | 'serverUuid'>,
): boolean {
  return one.payload === two.payload && one.serverUuid === two.serverUuid;
}

function keyOf({ client, seq }: { readonly client: number; readonly seq: number }): string {
  return `${String(client)}/${String(seq)}`;
}

function byKey<Item extends { readonly client: number; readonly seq: number }>(
  items: readonly Item[],
): Map<string, Item> {
  return new Map(items.map((item) => [keyOf(item), item]));
}
