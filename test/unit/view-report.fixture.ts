/** A rehearsal that went well in both directions; `aborted` and `broken` are what else can happen. */
import type { ClientView, CutoverReport, DirectionReport } from '../../actions/view/report/model';

const COUNTS = [41, 44, 39, 42, 45, 40, 43, 41, 38, 44];

/** Ten buckets on the old side, the switch, ten on the new one. */
function clients(from: 'blue' | 'green', gap: number): ClientView {
  const other = (count: number): Pick<ClientView['buckets'][number], 'blue' | 'green'> =>
    from === 'blue' ? { blue: 0, green: count } : { blue: count, green: 0 };
  return {
    lastBeforeMs: 2,
    firstAfterMs: 2 + gap,
    bucketMs: 100,
    buckets: [
      ...COUNTS.map((count, index) => ({ startMs: index * 100 - 1000, ...{ blue: 0, green: 0, [from]: count } })),
      { startMs: 0, ...(from === 'blue' ? { blue: 1, green: 24 } : { blue: 24, green: 1 }) },
      ...COUNTS.map((count, index) => ({ startMs: index * 100 + 100, ...other(count - 2) })),
    ],
  };
}

const CUTOVER: DirectionReport = {
  summary: {
    id: 'c1',
    direction: 'cutover',
    outcome: 'done',
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:04:10.600Z',
    finalPosition: { file: 'mysql-bin.000007', position: 48_213_377 },
    reversePosition: { file: 'mysql-bin.000002', position: 9001 },
    blockedMs: 31,
    steps: [
      { id: 'check-gates', startMs: 0, durationMs: 420, outcome: 'done' },
      { id: 'pre-drain', startMs: 420, durationMs: 3_900, outcome: 'done' },
      { id: 'fence-blue', startMs: 4_320, durationMs: 6, outcome: 'done' },
      { id: 'drain', startMs: 4_326, durationMs: 11, outcome: 'done' },
      { id: 'arm', startMs: 4_337, durationMs: 8, outcome: 'done' },
      { id: 'open-green', startMs: 4_346, durationMs: 5, outcome: 'done' },
      { id: 'route', startMs: 4_351, durationMs: 640, outcome: 'done' },
      { id: 'confirm-reverse', startMs: 4_991, durationMs: 610, outcome: 'done' },
    ],
  },
  titles: {
    'check-gates': 'Check the gates',
    'pre-drain': 'Let green catch up while writes flow',
    'fence-blue': 'Fence blue',
    drain: 'Wait until green has applied the final position',
    arm: 'Stop the channel, note where the way back starts',
    'open-green': 'Open green',
    route: 'Point the record at green',
  },
  fenceMs: 4_320,
  commitMs: 4_346,
  clients: clients('blue', 38),
  dnsTailMs: 1_020,
  gates: [
    { name: 'lag of green', value: '0 s', limit: '1 s', ok: true },
    { name: 'longest transaction on blue', value: '0.2 s', limit: '5 s', ok: true },
  ],
  evidence: [
    { what: 'probe write on blue while fenced', value: 'refused with 1290 <read only>' },
    { what: 'final position, read twice', value: 'mysql-bin.000007:48213377' },
  ],
};

const ROLLBACK: DirectionReport = {
  ...CUTOVER,
  summary: {
    id: 'c2',
    direction: 'rollback',
    outcome: 'done',
    startedAt: '2026-01-02T03:05:00.000Z',
    endedAt: '2026-01-02T03:05:01.000Z',
    finalPosition: { file: 'mysql-bin.000002', position: 19_001 },
    reversePosition: { file: 'mysql-bin.000008', position: 154 },
    blockedMs: 36,
    steps: [
      { id: 'fence-green', startMs: 10, durationMs: 9, outcome: 'done' },
      { id: 'open-blue', startMs: 19, durationMs: 27, outcome: 'done' },
    ],
  },
  fenceMs: 10,
  commitMs: 40,
  clients: clients('green', 44),
  dnsTailMs: 980,
  evidence: [],
};

export const REPORT: CutoverReport = {
  title: 'Rehearsal of orders',
  when: '2026-01-02T03:06:00.000Z',
  upgrade: 'orders',
  who: 'dba@bastion',
  servers: {
    blue: { version: '5.7.29-log', endpoint: 'blue.cluster.internal:3306' },
    green: { version: '9.7.4', endpoint: 'green.cluster.internal:3306' },
  },
  directions: [CUTOVER, ROLLBACK],
  ledger: { acknowledged: 40_211, lost: 0, duplicated: 0, dual: 0 },
  terraform: [
    { phase: 'deployed', pending: 0 },
    { phase: 'switched', pending: 0 },
  ],
};

export const BROKEN: CutoverReport = {
  ...REPORT,
  directions: [CUTOVER],
  ledger: { acknowledged: 40_211, lost: 1, duplicated: 1_200, dual: 2 },
  terraform: [{ phase: 'switched', pending: 3 }],
};

export const ABORTED: CutoverReport = {
  title: 'Cutover of orders',
  when: REPORT.when,
  upgrade: 'orders',
  who: REPORT.who,
  servers: REPORT.servers,
  directions: [
    {
      summary: {
        id: 'c3',
        direction: 'cutover',
        outcome: 'aborted',
        startedAt: '2026-01-02T03:04:05.000Z',
        endedAt: '2026-01-02T03:04:35.000Z',
        reason: 'green did not reach the final position within 20 s',
        blockedMs: 20_400,
        steps: [
          { id: 'fence-blue', startMs: 4_320, durationMs: 6, outcome: 'done' },
          { id: 'drain', startMs: 4_326, durationMs: 20_000, outcome: 'failed' },
          { id: 'unfence-blue', startMs: 24_326, durationMs: 394, outcome: 'done' },
        ],
      },
      titles: CUTOVER.titles,
      fenceMs: 4_320,
      gates: [{ name: 'lag of green', value: '7 s', limit: '1 s', ok: false, reason: 'waived by --allow-lag' }],
      evidence: [],
    },
  ],
  terraform: [],
};
