import { auditLedger, type Acknowledgement, type LedgerRow } from '../../lab/writers/ledger';

const writers = [
  { client: 1, firstSeq: 1, kind: 'probe' as const },
  { client: 2, firstSeq: 11, kind: 'pooled' as const },
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
  return auditLedger({ writers, acknowledgements, unexpectedDuplicates: [] }, { serving, other });
}

test('a ledger whose every write is on both sides once is clean', () => {
  const green = { serverUuid: 'green' };
  expect(audit([ack(1, 1), ack(1, 2, green), ack(2, 11)], [row(1, 1), row(1, 2, green), row(2, 11)])).toEqual({
    acknowledged: 3,
    lost: [],
    missingOnOther: [],
    duplicated: [],
    unacknowledged: 0,
  });
});

test('an acknowledged write that the serving side lacks is lost, even when the other side has it', () => {
  expect(audit([ack(1, 1), ack(1, 2)], [row(1, 1)], [row(1, 1), row(1, 2)])).toEqual({
    acknowledged: 2,
    lost: [ack(1, 2)],
    missingOnOther: [],
    duplicated: [],
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
  expect(auditLedger(snapshot, { serving: [row(1, 1)], other: [] }).duplicated).toEqual([
    { client: 1, seq: 1, evidence: 'row was there before it was written' },
  ]);
});

test('rows without acknowledgement are counted, and rows of earlier runs are not looked at', () => {
  const rows = [row(1, 1), row(2, 10), row(3, 1)];
  expect(audit([], rows).unacknowledged).toBe(1);
});
