import { auditLedger, type Acknowledgement, type LedgerRow, type LedgerSide } from '../../lab/writers/ledger';

const writers = [
  { client: 1, firstSeq: 1, firstCents: 25, kind: 'probe' as const },
  { client: 2, firstSeq: 11, firstCents: 125, kind: 'pooled' as const },
];

function ack(client: number, seq: number, part: Partial<Acknowledgement> = {}): Acknowledgement {
  const payload = `p${String(client)}.${String(seq)}`;
  return { client, seq, payload, serverUuid: 'blue', sentMs: seq, ackMs: seq, kind: 'written', ...part };
}

function row(client: number, seq: number, part: Partial<LedgerRow> = {}): LedgerRow {
  return { client, seq, payload: `p${String(client)}.${String(seq)}`, serverUuid: 'blue', ...part };
}

function audit(
  acknowledgements: readonly Acknowledgement[],
  serving: readonly LedgerRow[],
  other: readonly LedgerRow[] = serving,
) {
  return auditLedger(
    { writers, acknowledgements, unexpectedDuplicates: [] },
    { serving: side(serving), other: side(other) },
  );
}

/** A server whose counters fit its rows. */
function side(rows: readonly LedgerRow[]): LedgerSide {
  const count = (client: number, from: number) => rows.filter((one) => one.client === client && one.seq >= from).length;
  return {
    rows,
    cents: new Map([
      [1, 25 + count(1, 1)],
      [2, 125 + count(2, 11)],
    ]),
  };
}

test('a ledger whose every write is on both sides once is clean', () => {
  const green = { serverUuid: 'green' };
  expect(audit([ack(1, 1), ack(1, 2, green), ack(2, 11)], [row(1, 1), row(1, 2, green), row(2, 11)])).toEqual({
    acknowledged: 3,
    lost: [],
    missingOnOther: [],
    duplicated: [],
    miscounted: [],
    unacknowledged: 0,
  });
});

test('an acknowledged write that the serving side lacks is lost, even when the other side has it', () => {
  expect(audit([ack(1, 1), ack(1, 2)], [row(1, 1)], [row(1, 1), row(1, 2)])).toEqual({
    acknowledged: 2,
    lost: [ack(1, 2)],
    missingOnOther: [],
    duplicated: [],
    miscounted: [],
    unacknowledged: 0,
  });
});

test('a write the other side lacks is not lost, but counted', () => {
  const result = audit([ack(1, 1)], [row(1, 1)], []);
  expect(result.lost).toEqual([]);
  expect(result.missingOnOther).toEqual([ack(1, 1)]);
});

test('a write acknowledged on both servers is duplicated', () => {
  const twice = [ack(1, 1), ack(1, 1, { serverUuid: 'green', payload: 'again' })];
  expect(audit(twice, [row(1, 1)]).duplicated).toEqual([{ client: 1, seq: 1, evidence: 'acknowledged twice' }]);
});

test('a row that differs from what was acknowledged is duplicated', () => {
  expect(audit([ack(1, 1)], [row(1, 1, { payload: 'attempt 2' })]).duplicated).toEqual([
    { client: 1, seq: 1, evidence: 'row differs from the acknowledged one' },
  ]);
  expect(audit([ack(1, 1)], [row(1, 1)], [row(1, 1, { serverUuid: 'green' })]).duplicated).toEqual([
    { client: 1, seq: 1, evidence: 'row differs from the acknowledged one' },
  ]);
});

test('different rows on the two servers are duplicates even when nobody was told of them', () => {
  expect(audit([], [row(1, 1)], [row(1, 1, { payload: 'attempt 2' })]).duplicated).toEqual([
    { client: 1, seq: 1, evidence: 'the servers hold different rows' },
  ]);
});

test('a row that was there before its first write is a duplicate', () => {
  const snapshot = { writers, acknowledgements: [ack(1, 1)], unexpectedDuplicates: [{ client: 1, seq: 1 }] };
  expect(auditLedger(snapshot, { serving: side([row(1, 1)]), other: side([]) }).duplicated).toEqual([
    { client: 1, seq: 1, evidence: 'row was there before it was written' },
  ]);
});

test('rows without acknowledgement are counted, and rows of earlier runs are not looked at', () => {
  const rows = [row(1, 1), row(2, 10), row(3, 1)];
  expect(audit([], rows).unacknowledged).toBe(1);
});

test('a transaction applied twice, or in part, shows in the counters', () => {
  const snapshot = { writers, acknowledgements: [ack(1, 1)], unexpectedDuplicates: [] };
  const serving = {
    ...side([row(1, 1)]),
    cents: new Map([
      [1, 27],
      [2, 125],
    ]),
  };
  const other = { ...side([row(1, 1)]), cents: new Map([[1, 25]]) };
  expect(auditLedger(snapshot, { serving, other }).miscounted).toEqual([
    { client: 1, side: 'serving', rows: 1, counted: 2 },
    { client: 1, side: 'other', rows: 1, counted: 0 },
  ]);
});
