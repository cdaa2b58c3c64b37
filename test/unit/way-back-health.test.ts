import { unknownWayBack, wayBackOf, type WayBackSight } from '../../actions/mysql/way-back-health';
import { paintWith } from '../../actions/view/colour';
import { renderWayBack, wayBackChange } from '../../actions/view/status-way-back';

const AT = '2026-01-02T03:04:05.000Z';

const HEALTHY: WayBackSight = {
  at: AT,
  source: 'green',
  replica: 'blue',
  channel: {
    sourceHost: 'green',
    sourcePort: 3306,
    isReceiving: true,
    receiverState: 'Yes',
    isApplying: true,
    applierState: '',
    lagSeconds: 0,
    received: { file: 'log.000004', position: 900 },
    applied: { file: 'log.000004', position: 900 },
    lastError: undefined,
    applierError: undefined,
  },
  errors: { receiverErrno: 0, applierErrno: 0, receiverFailedAt: undefined },
  logs: [
    { file: 'log.000003', bytes: 5_000 },
    { file: 'log.000004', bytes: 900 },
  ],
  retentionHours: 48,
  maxLagSeconds: 5,
  dangers: [],
};

function sight(channel: Partial<NonNullable<WayBackSight['channel']>>, more: Partial<WayBackSight> = {}): WayBackSight {
  return { ...HEALTHY, ...more, channel: HEALTHY.channel && { ...HEALTHY.channel, ...channel } };
}

test('a channel that keeps up: going back loses nothing, and how long blue may be away is told', () => {
  expect(wayBackOf(HEALTHY)).toEqual({
    state: 'running',
    goingBack: 'now',
    what: 'running, 0 s behind',
    consequence: '`npm run rollback` loses nothing; should blue stop reading, there are 48 h to bring it back',
    next: 'npm run rollback',
    retentionHours: 48,
  });
});

test('further behind than a rollback accepts: not now, but nothing is lost', () => {
  expect(wayBackOf(sight({ lagSeconds: 6 }))).toMatchObject({
    state: 'behind',
    goingBack: 'later',
    next: 'npm run status -- --watch',
  });
  expect(wayBackOf(sight({ lagSeconds: 5 })).state).toBe('running');
});

test('a session or a setting that will stop it is named before it does', () => {
  const dangers = ['1 open session of app on green under utf8mb4_0900_ai_ci, which blue does not know'];
  expect(wayBackOf({ ...HEALTHY, dangers })).toMatchObject({
    state: 'endangered',
    goingBack: 'now',
    what: `running, 0 s behind; ${dangers.join()}`,
  });
});

test('stopped by hand: nothing is lost until the logs are purged, and when that may be is told', () => {
  expect(wayBackOf(sight({ receiverState: 'No', isReceiving: false, isApplying: false }))).toMatchObject({
    state: 'stopped',
    goingBack: 'later',
    closesAt: '2026-01-04T03:04:05.000Z',
    next: 'CALL mysql.rds_start_replication; on blue',
  });
  const stillReads = wayBackOf(sight({ isApplying: false }));
  expect(stillReads).toMatchObject({ state: 'stopped', consequence: 'nothing is lost: blue keeps what it has read' });
  expect(stillReads.closesAt).toBeUndefined();
});

test('an account that cannot log in: the time counts from the error', () => {
  const errors = { receiverErrno: 1045, applierErrno: 0, receiverFailedAt: '2026-01-02T01:00:00.000Z' };
  const cut = wayBackOf(sight({ receiverState: 'Connecting', isReceiving: false }, { errors }));
  expect(cut).toMatchObject({ state: 'cut off', goingBack: 'later', closesAt: '2026-01-04T01:00:00.000Z' });
  expect(cut.what).toBe(
    'blue cannot read from green, error 1045: the replication account cannot log in (password, plugin, host or TLS)',
  );
  expect(wayBackOf(sight({ isReceiving: false }, { errors, retentionHours: null })).consequence).toContain(
    'no retention is set, so that may be over at any moment',
  );
});

test.each([
  [22, 'a client wrote under a collation that the old side does not know (utf8mb4_0900_*)'],
  [1594, 'it cannot parse an event: compressed transactions, partial JSON, or a damaged log'],
  [1032, 'its rows are not those of the new side: something else has written there'],
  [1064, 'a statement that the old side does not understand, as a rule DDL of a newer version'],
  [4711, 'see the error of the channel'],
])('error %d of the applier: going back would lose writes', (applierErrno, cause) => {
  const errors = { ...HEALTHY.errors, applierErrno };
  expect(wayBackOf(sight({ isApplying: false, lastError: 'Error' }, { errors }))).toMatchObject({
    state: 'broken',
    goingBack: 'loses-writes',
    what: `blue stopped after log.000004:900 with error ${applierErrno}: ${cause}`,
  });
});

test('logs that were purged before they were read: lost, whatever the channel still shows', () => {
  const logs = [{ file: 'log.000010', bytes: 100 }];
  expect(wayBackOf({ ...HEALTHY, logs })).toMatchObject({
    state: 'lost',
    goingBack: 'loses-writes',
    what: 'green has purged what follows log.000004:900, which blue has not read',
    next: 'npm run finalize',
  });
  const errors = { receiverErrno: 13114, applierErrno: 0, receiverFailedAt: undefined };
  const told = sight(
    { isReceiving: false, lastError: "Got fatal error 1236: 'Could not find first log file name in binary log index'" },
    { errors },
  );
  expect(wayBackOf(told).state).toBe('lost');
});

test('no channel at all', () => {
  expect(wayBackOf({ ...HEALTHY, channel: undefined })).toMatchObject({ state: 'lost', what: 'blue has no channel' });
});

test('a side that cannot be asked is no promise', () => {
  expect(unknownWayBack('blue', 'connect ETIMEDOUT')).toMatchObject({ state: 'unknown', goingBack: 'unknown' });
});

test('status says it in one line', () => {
  expect(renderWayBack(wayBackOf(sight({ lagSeconds: 60 })), paintWith(false))).toBe(
    'going back must wait (behind): running, 60 s behind; nothing is lost; a rollback is refused until blue is at most 5 s behind',
  );
});

describe('watching', () => {
  const running = wayBackOf(HEALTHY);
  const broken = wayBackOf(sight({ isApplying: false }, { errors: { ...HEALTHY.errors, applierErrno: 22 } }));

  test('tells the moment going back stops being safe, and why', () => {
    expect(wayBackChange(running, broken)).toMatchObject({
      level: 'warning',
      code: 'way-back-broken',
      text: expect.stringMatching(/^Going back is not safe any more: blue stopped .*error 22: .* Next: bring /),
    });
  });

  test('tells when it is safe again, and nothing while nothing changes', () => {
    expect(wayBackChange(broken, running)).toMatchObject({
      level: 'info',
      text: expect.stringContaining('safe again'),
    });
    expect(wayBackChange(undefined, running)).toBeUndefined();
    expect(wayBackChange(broken, broken)).toBeUndefined();
    expect(wayBackChange(running, undefined)).toBeUndefined();
  });
});
