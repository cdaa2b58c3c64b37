/** Replay: what counts as the same answer, what is proven, what is slower, and that no value is shown. */
import type { ReadColumn, ReadOutcome, ReadRunner } from '../../actions/ports/read-runner';
import { judgeRead } from '../../actions/reads/safe-read';
import type { ReadText } from '../../actions/reads/sample';
import { answerSink, type AnswerSum } from '../../actions/replay/answer-sum';
import { isSlower, meaningfulWarnings } from '../../actions/replay/compare-answers';
import { compareRead, type ComparedText } from '../../actions/replay/compare-read';
import type { ReplayedRead } from '../../actions/replay/result';
import { renderReplayHtml, renderReplayMarkdown, type ReplayReport } from '../../actions/view/replay-report';
import { renderReplay } from '../../actions/view/replay-text';

const TYPES = { int: 3, float: 4, double: 5, datetime: 12, json: 245, decimal: 246, text: 253 } as const;
type Rows = readonly (readonly (string | null)[])[];

function sumOf(types: readonly (keyof typeof TYPES)[], rows: Rows, names?: readonly string[]): AnswerSum {
  const sink = answerSink();
  const columns: readonly ReadColumn[] = types.map((type, index) => ({
    name: names?.[index] ?? `c${index}`,
    type: TYPES[type],
  }));
  sink.columns(columns);
  for (const row of rows) sink.row(row.map((cell) => (cell === null ? null : Buffer.from(cell))));
  return sink.sum();
}

const cell = (type: keyof typeof TYPES, value: string | null): string => sumOf([type], [[value]]).anyOrder;

it.each([
  ['double', '0.00000004588714227628628', '4.588714227628628e-8'],
  ['double', '0.30000000000000004', '0.3'],
  ['float', '0.1', '0.100000'],
  ['double', '-0', '0'],
  ['decimal', '1.50', '1.5'],
  ['decimal', '2.000', '2'],
  ['datetime', '2020-01-01 00:00:00.500000', '2020-01-01 00:00:00.5'],
  ['json', '{"b": 1, "a": [1.0]}', '{"a": [1], "b": 1.0}'],
] as const)('a %s %s equals %s', (type, one, other) => {
  expect(cell(type, one)).toBe(cell(type, other));
});

it.each([
  ['double', '0.3', '0.3001'],
  ['decimal', '10', '1'],
  ['decimal', '100', '10'],
  ['text', '1.50', '1.5'],
  ['text', 'a', 'A'],
  ['text', '', null],
  ['text', 'a ', 'a'],
  ['json', '{"a": 1}', '{"a": "1"}'],
  ['json', '[1, 2]', '[2, 1]'],
] as const)('a %s %s differs from %s', (type, one, other) => {
  expect(cell(type, one)).not.toBe(cell(type, other));
});

it('compares rows without their order, and counts a row that is there twice', () => {
  const one = sumOf(
    ['int', 'text'],
    [
      ['1', 'a'],
      ['2', 'b'],
    ],
  );
  const turned = sumOf(
    ['int', 'text'],
    [
      ['2', 'b'],
      ['1', 'a'],
    ],
  );
  expect(one.anyOrder).toBe(turned.anyOrder);
  expect(one.inOrder).not.toBe(turned.inOrder);
  expect(sumOf(['int'], [['1'], ['1']]).anyOrder).not.toBe(sumOf(['int'], [['2'], ['2']]).anyOrder);
  expect(sumOf(['text', 'text'], [['ab', 'c']]).anyOrder).not.toBe(sumOf(['text', 'text'], [['a', 'bc']]).anyOrder);
});

it('calls slower what takes ten times as long and is noticed', () => {
  expect([isSlower(1, 10), isSlower(0, 10), isSlower(100, 1000)]).toEqual([true, true, true]);
  expect([isSlower(0.1, 9), isSlower(5, 49), isSlower(null, 100), isSlower(1, null)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it('passes over warnings that only say what will go', () => {
  expect(meaningfulWarnings([1287, 1292, 1292, 1681, 3719])).toEqual([1292]);
});

interface Said {
  readonly values?: Rows;
  readonly warn?: number;
  readonly ms?: number;
}
type Failure = Extract<ReadOutcome, { is: 'failed' | 'late' }>;
type Reply = Said | Failure;

function isFailure(reply: Reply): reply is Failure {
  return 'is' in reply;
}

/** Answers in turn; the last reply stays. */
function runner(...replies: readonly Reply[]): ReadRunner & { readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    run(_, __, sink) {
      const reply = replies[Math.min(asked, replies.length - 1)] ?? {};
      asked += 1;
      if (isFailure(reply)) return Promise.resolve(reply);
      const { values = [['1']], warn, ms = 1 } = reply;
      sink?.columns([{ name: 'a', type: TYPES.text }]);
      for (const row of values) sink?.row(row.map((text) => (text === null ? null : Buffer.from(text))));
      sink?.warnings?.(warn === undefined ? [] : [warn]);
      return Promise.resolve({ is: 'read', ms, rows: values.length, isCut: false });
    },
    explain: () => Promise.resolve([{ table: 't', type: 'ALL', key: null, rows: 9, Extra: '' }]),
    close: () => Promise.resolve(),
  };
}

const failed = (errno: number, code: string): Reply => ({ is: 'failed', ms: 1, errno, code, message: 'secret' });

async function compared(
  from: ReadRunner,
  to: ReadRunner,
  statement = 'select a from t',
  writer = from,
): Promise<ComparedText & { readonly passes: number }> {
  const judged = judgeRead(statement);
  if (judged.is === 'unsafe') throw new Error(judged.reason);
  const text: ReadText = judged;
  let passes = 0;
  const parts = {
    from,
    fromWriter: () => Promise.resolve(writer),
    to,
    names: { from: 'blue', to: 'green' },
    runs: 2,
    signal: new AbortController().signal,
    before: () => Promise.resolve(),
    pass: () => {
      passes += 1;
      return Promise.resolve();
    },
  };
  return { ...(await compareRead(parts, 'shop', text)), passes };
}

it('needs no proof of what is the same', async () => {
  expect(await compared(runner({}), runner({}))).toMatchObject({ verdict: 'same', remarks: [], passes: 0 });
});

it('counts a difference after two proofs, each behind a position of its own', async () => {
  expect(await compared(runner({}), runner({ values: [['2']] }))).toMatchObject({
    verdict: 'differs',
    remarks: ['other values in the rows'],
    passes: 2,
  });
  expect(await compared(runner({}), runner({ values: [['1'], ['1']] }))).toMatchObject({
    remarks: ['1 row on blue, 2 rows on green'],
  });
});

it('counts no difference that was gone once green had caught up', async () => {
  const green = runner({ values: [['0']] }, { values: [['0']] }, { values: [['1']] });
  expect(await compared(runner({}), green)).toMatchObject({ verdict: 'same', passes: 1 });
});

it('proves nothing while blue answers otherwise each time', async () => {
  const writer = runner(...[...Array(20).keys()].map((n) => ({ values: [[`b${n}`]] })));
  const result = await compared(runner({}), runner({ values: [['x']] }), undefined, writer);
  expect(result).toMatchObject({ verdict: 'unsettled', passes: 5 });
});

it('proves on the writer, because a reader may be a moment behind it', async () => {
  const result = await compared(
    runner({ values: [['old']] }),
    runner({ values: [['new']] }),
    undefined,
    runner({ values: [['new']] }),
  );
  expect(result).toMatchObject({ verdict: 'same', passes: 1 });
});

it('tells errors apart by side and code, without their message', async () => {
  const missing = failed(1146, 'ER_NO_SUCH_TABLE');
  expect(await compared(runner({}), runner(failed(1305, 'ER_SP_DOES_NOT_EXIST')))).toMatchObject({
    verdict: 'new-error',
    remarks: ['error 1305 ER_SP_DOES_NOT_EXIST on green only'],
  });
  expect(await compared(runner(missing), runner(missing))).toMatchObject({ verdict: 'both-error' });
  expect(await compared(runner(missing), runner({}))).toMatchObject({ verdict: 'old-error' });
  expect(await compared(runner(missing), runner(failed(1064, 'ER_PARSE_ERROR')))).toMatchObject({ verdict: 'differs' });
  expect(await compared(runner({}), runner({ is: 'late', ms: 30_000 }))).toMatchObject({ verdict: 'new-error' });
});

it('counts warnings, but not those about deprecated syntax', async () => {
  expect(await compared(runner({}), runner({ warn: 1292 }))).toMatchObject({
    verdict: 'differs',
    remarks: ['warning 1292 on green only'],
  });
  expect(await compared(runner({}), runner({ warn: 1287 }))).toMatchObject({ verdict: 'same' });
});

it('asks for the order of rows only where the statement does', async () => {
  const [blue, green] = [{ values: [['1'], ['2']] }, { values: [['2'], ['1']] }];
  expect(await compared(runner(blue), runner(green))).toMatchObject({ verdict: 'same' });
  expect(await compared(runner(blue), runner(green), 'select a from t order by b')).toMatchObject({
    verdict: 'differs',
  });
});

it('compares of LIMIT without ORDER BY the number of rows, of RAND() nothing, and says so', async () => {
  const [one, other, two] = [runner({}), runner({ values: [['2']] }), runner({ values: [['2'], ['3']] })];
  const limited = await compared(one, other, 'select a from t limit 1');
  expect(limited).toMatchObject({ verdict: 'same', remarks: [expect.stringContaining('LIMIT without ORDER BY')] });
  expect(await compared(one, two, 'select a from t limit 2')).toMatchObject({ verdict: 'differs' });
  expect(await compared(one, two, 'select rand() from t')).toMatchObject({ verdict: 'same' });
});

it('looks again before it calls green slower, since its cache may have been cold', async () => {
  const cold = runner({ ms: 500 }, { ms: 500 }, { ms: 2 });
  expect(await compared(runner({ ms: 1 }), cold)).toMatchObject({ verdict: 'same', toMs: 2 });
  const slow = await compared(runner({ ms: 1 }), runner({ ms: 500 }));
  expect(slow).toMatchObject({
    verdict: 'slower',
    fromMs: 1,
    toMs: 500,
    plans: { from: [{ type: 'ALL' }], to: [{ rows: '9' }] },
  });
});

const replayed = (id: string, more: Partial<ReplayedRead>): ReplayedRead => ({
  id,
  fingerprint: `select * from <b>${id}</b> where x = ?`,
  schema: 'shop',
  count: 5,
  ms: 10,
  texts: 1,
  verdict: 'same',
  isAccepted: false,
  remarks: [],
  fromMs: 1,
  toMs: 2,
  ...more,
});

const REPORT: ReplayReport = {
  upgrade: 'orders',
  who: 'dba@bastion',
  when: '2026-11-20T19:00:00.000Z',
  serving: 'blue',
  following: 'green',
  fromInstance: 'blue-2',
  toInstance: 'green-1',
  begunAt: '2026-11-20T19:00:00.000Z',
  endedAt: '2026-11-20T19:01:00.000Z',
  isInterrupted: false,
  sample: { digests: 4, sampled: 3, share: 0.75, from: ['blue-1'], withoutDigest: 0, prepared: 7 },
  reads: [
    replayed('aaaaaaaaaaaa', { verdict: 'same' }),
    replayed('bbbbbbbbbbbb', { verdict: 'slower', toMs: 1200, plans: { from: [], to: [] } }),
    replayed('cccccccccccc', {
      verdict: 'new-error',
      isAccepted: true,
      toMs: null,
      remarks: ['error 1064 on green only'],
    }),
  ],
  notSampled: [
    { id: 'dddddddddddd', fingerprint: 'select 1 from t', schema: undefined, reason: 'it locks rows', count: 3, ms: 1 },
  ],
};

it('says in a line what there is to look at, what is accepted, and what the sample covers', () => {
  const text = renderReplay(REPORT);
  expect(text).toContain('1 SLOWER, 1 same, 1 ERROR only on green (accepted): 1 to look at before the cutover');
  expect(text).toContain('3 of 4 digests of reads have a text that was run, 75.0 % of the time in reads');
  expect(text).toContain('7 executions of prepared statements');
});

it('has a page that loads nothing and escapes what servers say', () => {
  const page = renderReplayHtml(REPORT);
  expect(page).toContain('green does not answer like blue');
  expect(page).not.toContain('<b>');
  expect(page.match(/(?:src|href|url)\s*[=(]/g)).toBeNull();
  expect(renderReplayMarkdown(REPORT)).toContain('SLOWER');
});
