import { renderGapChart } from '../../actions/view/report/gap-chart';
import { renderReportHtml } from '../../actions/view/report/html';
import { renderReportMarkdown } from '../../actions/view/report/markdown';
import { escapeHtml } from '../../actions/view/report/markup';
import type { CutoverReport, DirectionReport } from '../../actions/view/report/model';
import { niceStep, timeAxis } from '../../actions/view/report/time-axis';
import { trafficOf, trafficTable } from '../../actions/view/report/traffic';
import { renderTrafficChart } from '../../actions/view/report/traffic-chart';
import { formatCount, formatInstant, verdictOf } from '../../actions/view/report/verdict';
import { ABORTED, BROKEN, REPORT } from './view-report.fixture';

const html = renderReportHtml(REPORT);

test('the page loads nothing from anywhere and forbids the browser to', () => {
  for (const text of [html, renderReportHtml(BROKEN), renderReportHtml(ABORTED)]) {
    expect(text).not.toMatch(/https?:|\/\/[a-z]|src=|href=|url\(|@import|<script|<link|<iframe/i);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  }
});

test('the verdict comes first, then the gap, then the timeline', () => {
  const places = [
    '<h1>✓ Cutover and rollback done: blue serves</h1>',
    '<div class="value">38 ms</div>',
    '<h2>Cutover: blue → green</h2>',
    '<h3>What clients saw</h3>',
    '<h3>Timeline</h3>',
    '<h3>Timeline while writes were blocked (0 is the fence)</h3>',
    '<h2>Rollback: green → blue</h2>',
    '<h2>Around it</h2>',
  ].map((text) => html.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('consumers of the binary log read where to stop and where to start', () => {
  expect(html).toContain(
    '<tr><th scope="row"></th><td>blue: stop reading</td><td>green: start reading</td></tr>\n' +
      '<tr><th scope="row">position</th><td><code>mysql-bin.000007:48213377</code></td>' +
      '<td><code>mysql-bin.000002:9001</code></td></tr>',
  );
});

test('the gap is drawn from the last write on one side to the first on the other and says its length', () => {
  const [direction] = REPORT.directions;
  const chart = direction?.clients === undefined ? '' : renderGapChart(direction.clients, 'fence');
  expect(chart).toContain('<rect class="gap" x="448.62" width="15.34" y="44" height="174"/>');
  expect(chart).toContain('>38 ms without an acknowledged write</text>');
  expect(chart.match(/<rect class="blue" /g)).toHaveLength(12);
  expect(chart.match(/<rect class="green" /g)).toHaveLength(12);
  expect(chart).toContain('<title>24 writes on green</title>');
});

test('a gap of one millisecond can still be seen', () => {
  const [direction] = REPORT.directions;
  if (direction?.clients === undefined) throw new Error('the fixture has no clients');
  expect(renderGapChart({ ...direction.clients, firstAfterMs: 3 }, 'fence')).toContain('width="2" y="44"');
});

test('a chart of no writes is left out', () => {
  expect(renderGapChart({ lastBeforeMs: 0, firstAfterMs: 1, bucketMs: 100, buckets: [] }, 'fence')).toBe('');
});

test('an aborted cutover says who serves and why, and its failed step is marked with a word', () => {
  const text = renderReportHtml(ABORTED);
  expect(text).toContain('<h1>! The cutover was aborted: blue serves</h1>');
  expect(text).toContain('<p>Green did not reach the final position within 20 s.</p>');
  expect(text).toContain('>20.0 s failed</text>');
  expect(text).toContain('<span class="fails">✗ fails</span>');
});

test('text from servers cannot become markup', () => {
  expect(html).toContain('refused with 1290 &lt;read only&gt;');
  expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
  const hostile: CutoverReport = { ...REPORT, title: '<img>', who: '<img>', upgrade: '<img>', when: '<img>' };
  expect(renderReportHtml(hostile)).not.toContain('<img');
  expect(renderReportMarkdown(hostile)).toContain('&lt;img>, upgrade');
});

test('equal reports give equal bytes', () => {
  expect(renderReportHtml(JSON.parse(JSON.stringify(REPORT)) as CutoverReport)).toBe(html);
});

test('a broken promise outranks a switch that was made, worst first', () => {
  expect(verdictOf(BROKEN)).toEqual({
    tone: 'bad',
    headline: 'Green serves, but a promise is broken',
    reasons: [
      '1 acknowledged write lost',
      '1,200 writes applied more than once',
      'both sides accepted writes at 2 instants',
      'Terraform wants 3 changes (switched)',
    ],
  });
});

test('a verdict promises only what was measured', () => {
  const { ledger, ...rest } = REPORT;
  expect(ledger).toBeDefined();
  expect(verdictOf({ ...rest, terraform: [] })).toEqual({
    tone: 'good',
    headline: 'Cutover and rollback done: blue serves',
    reasons: [],
  });
  expect(verdictOf({ ...REPORT, directions: [] }).headline).toBe('Nothing was switched');
});

test('an aborted rollback leaves green serving', () => {
  const [, rollback] = REPORT.directions;
  if (!rollback) throw new Error('the fixture has no rollback');
  const aborted = { ...rollback, summary: { ...rollback.summary, outcome: 'aborted' as const } };
  expect(verdictOf({ ...REPORT, directions: [aborted] }).headline).toBe('The rollback was aborted: green serves');
});

test('Markdown holds the same facts', () => {
  expect(renderReportMarkdown(REPORT)).toBe(`# ✓ Cutover and rollback done: blue serves

- All 40,211 acknowledged writes are there, each once
- Never two writers
- Terraform wants no change

Rehearsal of orders, upgrade \`orders\`, 2026-01-02 03:06:00 UTC, dba@bastion

## Cutover: blue → green

|  |  |
|---|---|
| gap for clients | **38 ms** |
| writes blocked, server side | 31 ms |
| DNS tail | 1.0 s |
| started | 2026-01-02 03:04:05 UTC |
| ended | 2026-01-02 03:04:10 UTC |

### Timeline

| step | began after | took | outcome |
|---|---|---|---|
| Check the gates | 0 ms | 420 ms | done |
| Let green catch up while writes flow | 420 ms | 3.9 s | done |
| Fence blue | 4.3 s | 6 ms | done |
| Wait until green has applied the final position | 4.3 s | 11 ms | done |
| Stop the channel, note where the way back starts | 4.3 s | 8 ms | done |
| Open green | 4.3 s | 5 ms | done |
| Point the record at green | 4.4 s | 640 ms | done |
| confirm-reverse | 5.0 s | 610 ms | done |

### Hand-over of binary-log consumers (CDC)

|  | blue: stop reading | green: start reading |
|---|---|---|
| position | \`mysql-bin.000007:48213377\` | \`mysql-bin.000002:9001\` |

Up to its position blue holds every write of the application; from its position on green does. What follows on blue repeats green (the reverse channel): a consumer that reads on there sees writes twice.

### Gates before the fence

|  | gate | value | limit |  |
|---|---|---|---|---|
| ✓ holds | lag of green | 0 s | 1 s |  |
| ✓ holds | longest transaction on blue | 0.2 s | 5 s |  |

### Evidence

| what | seen |
|---|---|
| probe write on blue while fenced | refused with 1290 &lt;read only> |
| final position, read twice | mysql-bin.000007:48213377 |

## Rollback: green → blue

|  |  |
|---|---|
| gap for clients | **44 ms** |
| writes blocked, server side | 36 ms |
| DNS tail | 980 ms |
| started | 2026-01-02 03:05:00 UTC |
| ended | 2026-01-02 03:05:01 UTC |

### Timeline

| step | began after | took | outcome |
|---|---|---|---|
| fence-green | 10 ms | 9 ms | done |
| open-blue | 19 ms | 27 ms | done |

### Hand-over of binary-log consumers (CDC)

|  | green: stop reading | blue: start reading |
|---|---|---|
| position | \`mysql-bin.000002:19001\` | \`mysql-bin.000008:154\` |

Up to its position green holds every write of the application; from its position on blue does. What follows on green repeats blue (the reverse channel): a consumer that reads on there sees writes twice.

### Gates before the fence

|  | gate | value | limit |  |
|---|---|---|---|---|
| ✓ holds | lag of green | 0 s | 1 s |  |
| ✓ holds | longest transaction on blue | 0.2 s | 5 s |  |

## Around it

| writes of the clients | count |
|---|---|
| acknowledged | 40,211 |
| lost | ✓ 0 |
| applied more than once | ✓ 0 |
| instants with two writers | ✓ 0 |

| changes that Terraform wanted | count |
|---|---|
| deployed | ✓ 0 |
| switched | ✓ 0 |

| server | version | endpoint |
|---|---|---|
| blue | 5.7.29-log | blue.cluster.internal:3306 |
| green | 9.7.4 | green.cluster.internal:3306 |
`);
});

test('Markdown of an aborted cutover', () => {
  expect(renderReportMarkdown(ABORTED)).toBe(`# ! The cutover was aborted: blue serves

- Green did not reach the final position within 20 s

Cutover of orders, upgrade \`orders\`, 2026-01-02 03:06:00 UTC, dba@bastion

## Cutover: blue → green

**Aborted**: green did not reach the final position within 20 s

|  |  |
|---|---|
| writes blocked, server side | 20.4 s |
| started | 2026-01-02 03:04:05 UTC |
| ended | 2026-01-02 03:04:35 UTC |

### Timeline

| step | began after | took | outcome |
|---|---|---|---|
| Fence blue | 4.3 s | 6 ms | done |
| Wait until green has applied the final position | 4.3 s | 20.0 s | failed |
| unfence-blue | 24.3 s | 394 ms | done |

### Gates before the fence

|  | gate | value | limit |  |
|---|---|---|---|---|
| ✗ fails | lag of green | 7 s | 1 s | waived by --allow-lag |

## Around it

| server | version | endpoint |
|---|---|---|
| blue | 5.7.29-log | blue.cluster.internal:3306 |
| green | 9.7.4 | green.cluster.internal:3306 |
`);
});

test('ticks stand at round times', () => {
  expect([0.2, 3, 17, 260, 7_000].map(niceStep)).toEqual([1, 5, 20, 500, 10_000]);
  expect(timeAxis(-1000, 1100, 0, 100, 9).ticks.map(({ label }) => label)).toEqual([
    '−1.0 s',
    '−500 ms',
    '0',
    '500 ms',
    '1.0 s',
  ]);
  expect(timeAxis(0, 5_600, 0, 100, 6).ticks.map(({ label }) => label)).toEqual([
    '0',
    '1 s',
    '2 s',
    '3 s',
    '4 s',
    '5 s',
  ]);
});

test('numbers and instants read as people write them', () => {
  expect([0, 999, 1_000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect(formatInstant('2026-01-02T03:04:05.678Z')).toBe('2026-01-02 03:04:05 UTC');
});

describe('write rate and lag', () => {
  const SAMPLES = [
    { atMs: -500, rows: { blue: 1_000, green: 900 }, lagSeconds: 1 },
    { atMs: 0, rows: { blue: 1_200, green: 1_150 }, lagSeconds: 0 },
    { atMs: 400, rows: { blue: 1_210, green: 1_230 } },
    { atMs: 900, rows: { blue: 1_310, green: 1_430 }, lagSeconds: 2 },
  ];

  function sampled(): DirectionReport {
    const [cutover] = REPORT.directions;
    if (!cutover) throw new Error('the fixture has no cutover');
    return { ...cutover, traffic: trafficOf(SAMPLES) };
  }

  test('are rates between neighbouring looks, before, while and after switching', () => {
    expect(trafficTable(sampled())).toEqual([
      ['', 'before', 'while switching', 'after'],
      ['rows changed a second on blue', '400', '25', '200'],
      ['rows changed a second on green', '500', '200', '400'],
      ['lag of the side that follows, s', '0', '-', '2'],
    ]);
  });

  test('a server that was restarted in between counts nothing', () => {
    const restarted = [
      { atMs: 0, rows: { blue: 900, green: 0 } },
      { atMs: 100, rows: { blue: 5, green: 10 } },
    ];
    expect(trafficOf(restarted)).toEqual([{ atMs: 100, rowsPerSecond: { blue: 0, green: 100 } }]);
  });

  test('are drawn with a line a side, and the stretch in which nobody asked', () => {
    const chart = renderTrafficChart(trafficOf(SAMPLES));
    expect(chart.match(/<polyline /g)).toHaveLength(2);
    expect(chart).toContain('<rect class="blind" x="52" width="373.33"');
    expect(renderTrafficChart([])).toBe('');
    const page = renderReportHtml({ ...REPORT, directions: [sampled()] });
    expect(page).toContain('<h3>Write rate and lag</h3>');
    expect(renderReportMarkdown({ ...REPORT, directions: [sampled()] })).toContain(
      '| rows changed a second on green | 500 | 200 | 400 |',
    );
  });
});

test('without a client the gap is said not to be measured, and never taken from the server side', () => {
  const [cutover] = REPORT.directions;
  if (!cutover) throw new Error('the fixture has no cutover');
  const { clients, ...unwatched } = cutover;
  expect(clients).toBeDefined();
  expect(renderReportHtml({ ...REPORT, directions: [unwatched] })).toContain(
    '<div class="value">not measured</div><div class="label">no client was watched;',
  );
});

test('consumers also read which server it is, its format and until when its log is kept', () => {
  const [cutover] = REPORT.directions;
  if (!cutover) throw new Error('the fixture has no cutover');
  const log = { binlogFormat: 'ROW', rowImage: 'FULL', gtidMode: 'OFF' };
  const logs = {
    blue: { ...log, serverUuid: 'uuid-of-blue', retentionHours: null },
    green: { ...log, serverUuid: 'uuid-of-green', retentionHours: 48, keptUntil: '2026-01-04T03:04:10.000Z' },
  };
  const markdown = renderReportMarkdown({ ...REPORT, directions: [{ ...cutover, logs }] });
  expect(markdown).toContain('| server UUID | `uuid-of-blue` | `uuid-of-green` |');
  expect(markdown).toContain(
    '| logs of the switch are kept | `no retention is set: read them now` | `until 2026-01-04 03:04:10 UTC at least (48 h)` |',
  );
});

test('the page names the reviewed plan by its hash', () => {
  const plan = { file: 'orders.plan.json', hash: 'da4066b44240ffff' };
  expect(renderReportHtml({ ...REPORT, plan })).toContain('plan <code>da4066b44240</code> (orders.plan.json)');
});
