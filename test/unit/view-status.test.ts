import { renderRehearsalJson, renderRehearsalText, type RehearsalResult } from '../../actions/view/rehearsal-summary';
import type { StatusReport } from '../../actions/view/status-report';
import { renderStatusJson, renderStatusText } from '../../actions/view/status-text';

const REPLICATING: StatusReport = {
  name: 'orders',
  at: '2026-01-02T03:04:05.000Z',
  phase: 'replicating',
  serving: 'blue',
  blue: {
    is: 'up',
    version: '5.7.29-log',
    endpoint: 'blue.cluster.internal:3306',
    isReadOnly: false,
    position: { file: 'mysql-bin.000007', position: 154 },
  },
  green: {
    is: 'up',
    version: '8.0.39',
    endpoint: 'green.cluster.internal:3306',
    isReadOnly: true,
    position: { file: 'mysql-bin.000002', position: 9001 },
  },
  channel: {
    source: 'blue',
    replica: 'green',
    isRunning: true,
    lagSeconds: 0,
    applied: { file: 'mysql-bin.000007', position: 154 },
    error: undefined,
  },
  terraform: { is: 'planned', pending: 0, at: '2026-01-02T02:00:00.000Z' },
  next: { command: 'npm run verify', why: 'Green follows blue; its data has not been compared yet.' },
};

const STALLED: StatusReport = {
  name: 'orders',
  at: '2026-01-02T03:04:05.000Z',
  phase: 'replicating',
  serving: undefined,
  blue: { is: 'unreachable', endpoint: 'blue.cluster.internal:3306', reason: 'connect ETIMEDOUT' },
  green: { is: 'missing' },
  channel: {
    source: 'blue',
    replica: 'green',
    isRunning: false,
    lagSeconds: undefined,
    applied: undefined,
    error: 'Could not connect to source (2003)',
  },
  terraform: { is: 'planned', pending: 1, at: '2026-01-02T02:00:00.000Z' },
  cutover: {
    id: 'c1',
    direction: 'cutover',
    state: 'stalled',
    startedAt: '2026-01-02T03:00:00.000Z',
    resumeAt: 'opening',
    reason: 'green could not be opened',
    finalPosition: { file: 'mysql-bin.000007', position: 154 },
    reversePosition: { file: 'mysql-bin.000002', position: 9001 },
  },
  lock: {
    id: 'l1',
    command: 'cutover',
    user: 'dba',
    host: 'bastion',
    bootId: 'b',
    pid: 77,
    since: '2026-01-02T03:00:00.000Z',
  },
  next: { command: 'npm run cutover', why: 'It is committed; the same command completes it.' },
};

const PASSED: RehearsalResult = {
  type: 'rehearsal',
  ok: true,
  pair: '57-97',
  cutover: { gapMs: 38, dnsTailMs: 1_020 },
  rollback: { gapMs: 44, dnsTailMs: 980 },
  writes: { acknowledged: 40_211, lost: 0, duplicated: 0, dual: 0 },
  terraformPending: { deployed: 0, replicating: 0, switched: 0, rolledBack: 0 },
  durationMs: 92_000,
  servers: { blue: '5.7.29-log', green: '9.7.4' },
  reportFile: 'rehearsal/report.html',
  steps: [{ title: 'Prepare blue', durationMs: 2_100, ok: true }],
};

const FAILED: RehearsalResult = {
  type: 'rehearsal',
  ok: false,
  pair: '57-57',
  writes: { acknowledged: 12, lost: 1, duplicated: 2, dual: 0 },
  terraformPending: { deployed: 0, replicating: 3 },
};

test('status at rest: both sides, the channel, Terraform and what comes next', () => {
  expect(renderStatusText(REPLICATING)).toBe(`orders: replicating, blue serves

       server      writes               position               endpoint
blue   5.7.29-log  taken                mysql-bin.000007:154   blue.cluster.internal:3306
green  8.0.39      refused (read only)  mysql-bin.000002:9001  green.cluster.internal:3306

channel    blue -> green: running, 0 s behind, applied up to mysql-bin.000007:154
terraform  nothing pending (planned 2026-01-02T02:00:00.000Z)

next: npm run verify
      Green follows blue; its data has not been compared yet.`);
});

test('status of a stalled cutover says whether it is committed', () => {
  expect(renderStatusText(STALLED)).toBe(`orders: replicating, no side is known to serve

       server                                writes  position  endpoint
blue   cannot be reached: connect ETIMEDOUT  -       -         blue.cluster.internal:3306
green  does not exist yet                    -       -         -

channel    blue -> green: stopped, lag not known, error: Could not connect to source (2003)
terraform  1 pending change (planned 2026-01-02T02:00:00.000Z)
lock       cutover runs as dba on bastion (process 77) since 2026-01-02T03:00:00.000Z

cutover under way since 2026-01-02T03:00:00.000Z: stalled (green could not be opened), a person is needed; committed: running the command again completes it
  final position of the old side: mysql-bin.000007:154
  start of the reverse channel: mysql-bin.000002:9001

next: npm run cutover
      It is committed; the same command completes it.`);
});

test.each([
  ['fencing', 'not committed: running the command again gives writes back'],
  ['undoing', 'not committed: running the command again goes on giving writes back'],
  ['opening', 'committed: running the command again completes it'],
] as const)('a cutover found in %s says what the next run does', (state, fate) => {
  const cutover = { id: 'c1', direction: 'rollback', state, startedAt: '2026-01-02T03:00:00.000Z' } as const;
  expect(renderStatusText({ ...REPLICATING, cutover })).toContain(
    `rollback under way since 2026-01-02T03:00:00.000Z: ${state}, ${fate}\n`,
  );
});

test('status as one JSON object', () => {
  expect(JSON.parse(renderStatusJson(REPLICATING))).toMatchObject({
    type: 'status',
    phase: 'replicating',
    serving: 'blue',
    channel: { lagSeconds: 0 },
    next: { command: 'npm run verify' },
  });
});

test('without a plan and a channel, status says so', () => {
  const { channel, ...rest } = REPLICATING;
  expect(channel).toBeDefined();
  expect(renderStatusText({ ...rest, terraform: { is: 'not-planned' } })).toContain(
    'channel    none\nterraform  not asked yet (npm run status -- --terraform)\n',
  );
});

test('a rehearsal that passed, on one screen', () => {
  expect(renderRehearsalText(PASSED))
    .toBe(`✓ rehearsal passed: pair 57-97; blue 5.7.29-log, green 9.7.4; took 1 min 32 s

  ✓ Prepare blue (2.1 s)

          write gap  DNS tail
cutover   38 ms      1.0 s
rollback  44 ms      980 ms

writes, compared with both servers at the end
    40211 acknowledged
  ✓ 0 lost
  ✓ 0 applied twice
  ✓ 0 instants with two writers

changes that Terraform wanted
  ✓ after deploy: 0
  ✓ replicating: 0
  ✓ switched: 0
  ✓ rolled back: 0

report: rehearsal/report.html`);
});

test('a rehearsal that failed shows what was lost and what was not reached', () => {
  expect(renderRehearsalText(FAILED)).toBe(`✗ rehearsal failed: pair 57-57

          write gap    DNS tail
cutover   not reached  -
rollback  not reached  -

writes, compared with both servers at the end
    12 acknowledged
  ✗ 1 lost
  ✗ 2 applied twice
  ✓ 0 instants with two writers

changes that Terraform wanted
  ✓ after deploy: 0
  ✗ replicating: 3
    switched: not reached
    rolled back: not reached`);
});

test('a rehearsal as one JSON object', () => {
  expect(renderRehearsalJson(FAILED)).toBe(
    '{"ok":false,"pair":"57-57","terraformPending":{"deployed":0,"replicating":3},"type":"rehearsal",' +
      '"writes":{"acknowledged":12,"dual":0,"duplicated":2,"lost":1}}',
  );
});

test('colour adds nothing but colour', () => {
  // eslint-disable-next-line no-control-regex
  const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, '');
  expect(plain(renderStatusText(STALLED, { colour: true }))).toBe(renderStatusText(STALLED));
  expect(plain(renderRehearsalText(FAILED, { colour: true }))).toBe(renderRehearsalText(FAILED));
});
