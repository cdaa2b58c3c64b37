import type { Acknowledgement } from '../../lab/writers/ledger';
import { measureSwitch, type SwitchQuestion } from '../../lab/writers/switch-measurement';

/** 1 and 3 are probes, 2 and 4 pooled clients. */
const writers = [1, 2, 3, 4].map((client) => ({
  client,
  firstSeq: 1,
  firstCents: 0,
  kind: client % 2 === 1 ? ('probe' as const) : ('pooled' as const),
}));

let seq = 0;
function ack(client: number, serverUuid: string, ackMs: number, part: Partial<Acknowledgement> = {}): Acknowledgement {
  seq += 1;
  return { client, seq, payload: '', serverUuid, sentMs: ackMs - 2, ackMs, kind: 'written', ...part };
}

function measure(acknowledgements: readonly Acknowledgement[], question: Partial<SwitchQuestion> = {}) {
  return measureSwitch({ writers, acknowledgements, errors: [] }, { oldUuid: 'blue', newUuid: 'green', ...question });
}

const clean = [
  ack(1, 'blue', 1000),
  ack(2, 'blue', 1004),
  ack(3, 'blue', 1002),
  ack(4, 'blue', 1003),
  ack(3, 'green', 1030),
  ack(1, 'green', 1032),
  ack(2, 'green', 1500),
  ack(4, 'green', 2030),
];

test('the gap is measured over the probes, the DNS tail until every writer has arrived', () => {
  expect(measure(clean)).toMatchObject({ gapMs: 28, dnsTailMs: 1000, lastOldMs: 1002, firstNewMs: 1030, dual: [] });
});

test('there is no tail while some writer has not arrived, and no gap before a probe has', () => {
  expect(measure(clean.slice(0, -1))).toMatchObject({ gapMs: 28, dnsTailMs: undefined });
  expect(measure(clean.slice(0, 4))).toMatchObject({ gapMs: undefined, dnsTailMs: undefined, firstNewMs: undefined });
  expect(measure([])).toMatchObject({ gapMs: undefined, timeline: [] });
});

test('a write on the old server after the first on the new one is a dual write', () => {
  const late = ack(2, 'blue', 1040);
  const delayed = ack(4, 'blue', 1035, { sentMs: 1001 });
  expect(measure([...clean, late, delayed]).dual).toEqual([
    { client: 2, seq: late.seq, lateMs: 10, isSentAfter: true },
    { client: 4, seq: delayed.seq, lateMs: 5, isSentAfter: false },
  ]);
});

test('a write that was only found later proves nothing about time', () => {
  const found = ack(1, 'blue', 1100, { kind: 'found' });
  expect(measure([...clean, found])).toMatchObject({ gapMs: 28, dual: [] });
});

test('of several switches only the one asked for counts', () => {
  const back = [
    ack(1, 'green', 5000),
    ack(1, 'blue', 5040),
    ack(2, 'blue', 5041),
    ack(3, 'blue', 5042),
    ack(4, 'blue', 5050),
  ];
  expect(measure([...clean, ...back], { toMs: 4000 })).toMatchObject({ gapMs: 28, dual: [] });
  const rollback = { oldUuid: 'green', newUuid: 'blue', fromMs: 4000 };
  expect(measure([...clean, ...back], rollback)).toMatchObject({ gapMs: 40, dnsTailMs: 10, dual: [] });
});

test('errors are counted by code within the time asked for', () => {
  const errors = [
    { client: 1, code: 'ECONNRESET', atMs: 10 },
    { client: 1, code: 'ER_OPTION_PREVENTS_STATEMENT', atMs: 1003 },
    { client: 2, code: 'ER_OPTION_PREVENTS_STATEMENT', atMs: 1005 },
  ];
  const question = { oldUuid: 'blue', newUuid: 'green', fromMs: 1000 };
  expect(measureSwitch({ writers, acknowledgements: clean, errors }, question).errorsByCode).toEqual({
    ER_OPTION_PREVENTS_STATEMENT: 2,
  });
});

test('the timeline counts writes in buckets of 100 ms from 1 s before the last write on the old server', () => {
  const { timeline } = measure(clean);
  expect(timeline).toHaveLength(40);
  expect(timeline.filter((bucket) => bucket.old + bucket.new > 0)).toEqual([
    { startMs: -100, old: 1, new: 0 },
    { startMs: 0, old: 3, new: 2 },
    { startMs: 400, old: 0, new: 1 },
    { startMs: 1000, old: 0, new: 1 },
  ]);
});
