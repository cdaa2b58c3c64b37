import { UpgradeError } from '../../actions/engine/errors';
import type { UpgradeEvent } from '../../actions/engine/events';
import { wantsColour } from '../../actions/view/colour';
import { formatDuration, formatWait } from '../../actions/view/duration';
import { renderError, renderErrorJson } from '../../actions/view/error-text';
import { createPrinter, type PrinterMode } from '../../actions/view/printer';
import { TOOL_VERSION } from '../../actions/view/tool-version';
import * as packageJson from '../../package.json';

const EVENTS: readonly UpgradeEvent[] = [
  { type: 'step-started', id: 'enable-binlog', title: 'Turn the binary log of blue on' },
  { type: 'waiting', reason: 'blue restarts', elapsedMs: 4_200, budgetMs: 900_000 },
  { type: 'waiting', reason: 'blue restarts', elapsedMs: 9_300, budgetMs: 900_000 },
  { type: 'waiting', reason: 'blue restarts', elapsedMs: 14_400, budgetMs: 900_000 },
  {
    type: 'step-ended',
    id: 'enable-binlog',
    title: 'Turn the binary log of blue on',
    outcome: 'done',
    durationMs: 15_300,
    evidence: 'log_bin is ON\nbinlog_format is ROW',
  },
  { type: 'gate', name: 'lag of green', value: '7 s', limit: '1 s', ok: false, reason: 'a large transaction runs' },
  { type: 'manual-undo', commands: ['CALL mysql.rds_set_read_only(0);'] },
  { type: 'cutover-state', direction: 'cutover', state: 'fencing', elapsedMs: 12 },
  { type: 'step-ended', id: 'a', title: 'Fence blue', outcome: 'failed', durationMs: 40, reason: 'lock wait timeout' },
  {
    type: 'step-ended',
    id: 'b',
    title: 'Open green',
    outcome: 'already-done',
    durationMs: 3,
    evidence: 'read_only is OFF',
  },
  { type: 'note', level: 'warning', code: 'long-ttl', text: 'The TTL of the record is 60 s.' },
];

test('lines: one timestamped line an event, waits at most every ten seconds', () => {
  const { out, err } = print('lines', EVENTS);
  expect(out).toBe('');
  expect(err.split('\n')).toEqual([
    '2026-01-02T03:04:05.678Z start    Turn the binary log of blue on',
    '2026-01-02T03:04:05.678Z wait     blue restarts, 4 s of 15 min 00 s',
    '2026-01-02T03:04:05.678Z wait     blue restarts, 14 s of 15 min 00 s',
    '2026-01-02T03:04:05.678Z done     Turn the binary log of blue on (15.3 s): log_bin is ON binlog_format is ROW',
    '2026-01-02T03:04:05.678Z gate     lag of green: 7 s (limit 1 s) does not hold: a large transaction runs',
    '2026-01-02T03:04:05.678Z keep     If this process and this machine are lost before the commit point, give writes back by hand:',
    '2026-01-02T03:04:05.678Z          CALL mysql.rds_set_read_only(0);',
    '2026-01-02T03:04:05.678Z cutover  fencing, 12 ms after the start',
    '2026-01-02T03:04:05.678Z failed   Fence blue (40 ms): lock wait timeout',
    '2026-01-02T03:04:05.678Z already  Open green: read_only is OFF',
    '2026-01-02T03:04:05.678Z warning  The TTL of the record is 60 s. [long-ttl]',
    '',
  ]);
});

test('live: the line of what runs is rewritten, what has ended stays', () => {
  const clear = '\r\x1b[2K';
  expect(print('live', EVENTS.slice(0, 6)).err).toBe(
    '… Turn the binary log of blue on' +
      `${clear}… blue restarts, 4 s of 15 min 00 s` +
      `${clear}… blue restarts, 9 s of 15 min 00 s` +
      `${clear}… blue restarts, 14 s of 15 min 00 s` +
      `${clear}✓ Turn the binary log of blue on (15.3 s): log_bin is ON binlog_format is ROW\n` +
      '✗ lag of green: 7 s (limit 1 s) does not hold: a large transaction runs\n',
  );
});

test('live: a note does not swallow the running step, and a long line is cut to the terminal', () => {
  const { err } = print('live', [{ type: 'step-started', id: 'a', title: 'x'.repeat(60) }, EVENTS[10] ?? never()], 40);
  const running = `… ${'x'.repeat(36)}…`;
  expect(err).toBe(`${running}\r\x1b[2K! The TTL of the record is 60 s. [long-ttl]\n${running}\r\x1b[2K`);
});

test('json: a version line first, then one object a line, all on stdout', () => {
  const { out, err } = print('json', EVENTS.slice(7, 8));
  expect(err).toBe('');
  expect(out).toBe(
    '{"type":"version","format":1,"tool":"0.1.0"}\n' +
      '{"type":"cutover-state","direction":"cutover","state":"fencing","elapsedMs":12,"at":"2026-01-02T03:04:05.678Z"}\n',
  );
});

test('results go to stdout in the form of the mode', () => {
  const result = { text: 'blue serves', json: { type: 'status', serving: 'blue' } };
  expect(print('lines', [], 80, result)).toEqual({ out: 'blue serves\n', err: '' });
  expect(print('live', EVENTS.slice(0, 1), 80, result)).toEqual({
    out: 'blue serves\n',
    err: '… Turn the binary log of blue on\r\x1b[2K',
  });
  expect(print('json', [], 80, result).out).toContain('\n{"type":"status","serving":"blue"}\n');
});

test('the version line names the version of package.json', () => {
  expect(TOOL_VERSION).toBe(packageJson.version);
});

const failure = new UpgradeError('the source refused the login', {
  code: 'source-login',
  source: 'mysql',
  hint: 'Green cannot follow blue without it.\nRun `npm run apply` again.',
  cause: new Error('Access denied (1045)'),
});

test('an error says what, why, what next, and its code', () => {
  expect(renderError(failure, { debug: false })).toBe(
    [
      'error: the source refused the login',
      '  because: Access denied (1045)',
      '',
      '  Green cannot follow blue without it.',
      '  Run `npm run apply` again.',
      '',
      '  code: source-login',
    ].join('\n'),
  );
});

test('an undo that failed while handling a failure is shown beside it', () => {
  const text = renderError(new AggregateError([failure, new Error('blue is still read only')]), { debug: false });
  expect(text.split('\n').filter((line) => line.startsWith('error'))).toEqual([
    'error: the source refused the login',
    'error while handling the one above: blue is still read only',
  ]);
});

test('the stack is shown with debug only', () => {
  expect(renderError(failure, { debug: false })).not.toContain('    at ');
  expect(renderError(failure, { debug: true })).toContain('    at ');
});

test('an error for scripts is one object', () => {
  expect(renderErrorJson(new AggregateError([failure, new Error('also')]), { debug: false })).toEqual({
    type: 'error',
    code: 'source-login',
    summary: 'the source refused the login',
    because: ['Access denied (1045)'],
    source: 'mysql',
    retryable: false,
    hint: 'Green cannot follow blue without it.\nRun `npm run apply` again.',
    alsoFailed: [{ code: 'unexpected', summary: 'also', because: [] }],
  });
});

test('durations and waits read as people say them', () => {
  expect([0, 850, 2_140, 59_960, 65_000, 7_380_000, 273_600_000].map(formatDuration)).toEqual([
    '0 ms',
    '850 ms',
    '2.1 s',
    '1 min 00 s',
    '1 min 05 s',
    '2 h 03 min',
    '3 d 04 h',
  ]);
  expect(formatWait(400, 30_000)).toBe('0 s of 30 s');
});

test('colour needs a terminal and no NO_COLOR', () => {
  expect(wantsColour({ isTTY: true }, {})).toBe(true);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
  expect(wantsColour({}, {})).toBe(false);
});

test('with colour the words stay the same', () => {
  const coloured = renderError(failure, { debug: false, colour: true });
  expect(coloured).toContain('\x1b[31merror:\x1b[39m');
  // eslint-disable-next-line no-control-regex
  expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(renderError(failure, { debug: false }));
});

function print(
  mode: PrinterMode,
  events: readonly UpgradeEvent[],
  columns = 80,
  result?: { readonly text: string; readonly json: Readonly<Record<string, unknown>> },
): { out: string; err: string } {
  const written = { out: '', err: '' };
  const printer = createPrinter({
    mode,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text), columns },
    colour: false,
    now: () => new Date('2026-01-02T03:04:05.678Z'),
  });
  for (const event of events) printer.emit(event);
  if (result) printer.result(result);
  printer.close();
  return written;
}

function never(): never {
  throw new Error('the list of events is shorter than the test thinks');
}
