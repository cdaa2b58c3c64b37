/** upgrade-prechecks.log of Aurora under the ids of our checks. */
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import { isBlocked, isIncomplete } from '../../actions/checks/report';
import { ourIdOf, readUpgradeLog } from '../../actions/checks/run/upgrade-log';
import { renderPrecheckText } from '../../actions/view/precheck-text';

const LOG = {
  serverVersion: '5.7.12',
  targetVersion: '8.0.23',
  auroraServerVersion: '2.10.0',
  auroraTargetVersion: '3.02.0',
  outfilePath: '/rdsdbdata/tmp/PreChecker.log',
  checksPerformed: [
    { id: 'oldTemporalCheck', title: 'Usage of old temporal type', status: 'OK', detectedProblems: [] },
    {
      id: 'auroraUpgradeCheckForIncompleteXATransactions',
      title: 'Prepared XA',
      status: 'OK',
      documentationLink: 'https://docs.aws.amazon.com/x',
      detectedProblems: [{ level: 'Error', dbObject: 'XA', description: 'One is prepared.' }],
    },
    {
      id: 'auroraUpgradeCheckForTomorrow',
      title: 'A check of tomorrow',
      status: 'OK',
      description: 'About all of it.',
      detectedProblems: [{ level: 'Warning', dbObject: 'shop.t' }, { level: 'Strange' }],
    },
    { id: 'removedSysVars', status: 'CONFIGURATION_ERROR', description: 'No configuration file.' },
    { id: 'schemaInconsistencyCheck', status: 'ERROR', description: 'Lost connection.' },
  ],
  errorCount: 1,
};

it('tells its findings under our ids, unknown checks under their own, and what nobody looked at', () => {
  const report = readUpgradeLog(JSON.stringify(LOG), UPGRADE_CHECKS, 'the log');
  expect(report.findings).toEqual([
    {
      check: 'xaPrepared',
      level: 'error',
      object: 'XA',
      description: 'One is prepared. (auroraUpgradeCheckForIncompleteXATransactions)',
      cure: 'See https://docs.aws.amazon.com/x',
    },
    {
      check: 'auroraUpgradeCheckForTomorrow',
      level: 'warning',
      object: 'shop.t',
      description: 'About all of it. (auroraUpgradeCheckForTomorrow)',
    },
    {
      check: 'auroraUpgradeCheckForTomorrow',
      level: 'error',
      object: 'the server',
      description: 'About all of it. (auroraUpgradeCheckForTomorrow)',
    },
  ]);
  expect(report).toMatchObject({
    sourceVersion: '5.7.mysql_aurora.2.10.0',
    targetVersion: '8.0.mysql_aurora.3.02.0',
    notChecked: [
      { check: 'removedSysVars', because: 'never-by-aurora' },
      { check: 'schemaInconsistency', reason: 'schemaInconsistencyCheck ended with ERROR. Lost connection.' },
    ],
  });
  expect([isBlocked(report), isIncomplete(report)]).toEqual([true, true]);
  expect(renderPrecheckText(report)).toContain('error: XA transactions in the prepared state  (xaPrepared)');
});

it.each([
  ['not JSON', '{"checksPerformed": ['],
  ['another JSON', '{"checks": []}'],
  ['a list', '[]'],
])('refuses %s', (_, text) => {
  expect(() => readUpgradeLog(text, UPGRADE_CHECKS)).toThrow(
    expect.objectContaining({ code: 'upgrade-log-unreadable' }),
  );
});

it('knows each check that the catalogue shares with Aurora', () => {
  for (const { id, auroraId, alsoInLogAs = [] } of UPGRADE_CHECKS) {
    for (const name of auroraId === undefined ? [id] : [auroraId, ...alsoInLogAs])
      expect([name, ourIdOf(name, UPGRADE_CHECKS)]).toEqual([name, id]);
  }
});

it.each([
  ['checkTableOutput', 'checkTableCommand'],
  ['getRoutinesWithDepreciatedKeywords', 'queryCacheSyntax'],
  ['auroraUpgradeCheckForInvalidUtf8mb3ColumnComments', 'invalidUtf8mb3Metadata'],
  ['removedSysLogVars', 'removedSysVars'],
  ['utf8mb3', 'utf8mb3'],
])('%s of the log is our %s', (auroraId, id) => {
  expect(ourIdOf(auroraId, UPGRADE_CHECKS)).toBe(id);
});
