/** Which checks are run, what is left out, what is waived, and what an account could not have seen. */
import type { UpgradeCheck } from '../../actions/checks/check';
import { isBlocked, isIncomplete, type PrecheckReport } from '../../actions/checks/report';
import { applyWaivers, globMatches } from '../../actions/checks/run/apply-waivers';
import { checkIds, selectChecks } from '../../actions/checks/run/select-checks';
import { MAX_FINDINGS_PER_CHECK } from '../../actions/checks/run/size-limit';
import { visibilityOf } from '../../actions/checks/run/visibility';
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import { runPrechecks } from '../../actions/checks/run-checks';
import { brokenRules } from '../../actions/config/rules';
import { UpgradeError } from '../../actions/engine/errors';
import type { Row } from '../../actions/ports/mysql-server';
import { fakeServer } from './checks.fixture';

const CHECK: UpgradeCheck = {
  id: 'sample',
  title: 'A sample',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'For the test.',
  documentation: 'https://dev.mysql.com/',
  needs: 'SELECT on the schemas',
  queries: [
    { name: 'q', sql: 'SELECT 1 FROM information_schema.columns', values: [], args: {}, parse: (rows) => rows },
  ],
  appliesTo: () => true,
  run: async () => [{ level: 'error', object: 'shop.t', description: 'Odd.' }],
};

function run(
  checks: readonly UpgradeCheck[],
  answers: Readonly<Record<string, readonly Row[] | Error>> = {},
  more: { version?: string; maxTables?: number; checkTables?: boolean } = {},
): Promise<PrecheckReport> {
  const { version = '5.7.29', ...wishes } = more;
  return runPrechecks({
    server: fakeServer(answers, version),
    sourceVersion: version,
    targetVersion: '8.0.39',
    emit: () => undefined,
    checks,
    ...wishes,
  });
}

describe('the choice of checks', () => {
  it('keeps the order of the catalogue and says what was kept out', () => {
    const { checks, skipped } = selectChecks(UPGRADE_CHECKS, {
      only: ['utf8mb3', 'XAPREPARED', 'zeroDates'],
      skip: ['zeroDates'],
    });
    expect(checks.map(({ id }) => id)).toEqual(['xaPrepared', 'utf8mb3']);
    expect(skipped).toHaveLength(UPGRADE_CHECKS.length - 2);
    expect(selectChecks(UPGRADE_CHECKS, {}).skipped).toEqual([]);
  });

  it('reads commas and repeated words alike', () => {
    expect(checkIds(['a, b', 'c,'])).toEqual(['a', 'b', 'c']);
    expect(checkIds([','])).toBeUndefined();
  });

  it('refuses every unknown id and names the ones near it', () => {
    const refuse = (): unknown =>
      selectChecks(UPGRADE_CHECKS, { only: ['utf8'], skip: ['reservedKeyword', 'qqqqqqqq'] });
    expect(refuse).toThrow(UpgradeError);
    try {
      refuse();
    } catch (error) {
      const hint = error instanceof UpgradeError ? error.hint : '';
      expect(error).toMatchObject({ code: 'usage', message: 'unknown check: utf8, reservedKeyword, qqqqqqqq' });
      expect(hint).toContain('`utf8`; did you mean utf8mb3');
      expect(hint).toContain('`reservedKeyword`; did you mean reservedKeywords?');
      expect(hint).toContain('no check `qqqqqqqq`\n');
    }
  });
});

describe('waivers', () => {
  const report: PrecheckReport = {
    serverVersion: '5.7.29',
    sourceVersion: '5.7.29',
    targetVersion: '8.0.39',
    checked: ['utf8mb3', 'removedFunctions'],
    findings: [
      { check: 'removedFunctions', level: 'error', object: 'shop.old_report', description: 'Calls ENCODE().' },
      { check: 'utf8mb3', level: 'warning', object: 'shop.t.c', description: 'Is utf8mb3.' },
    ],
    notChecked: [],
  };
  const knownIds = UPGRADE_CHECKS.map(({ id }) => id);
  const waiver = { check: 'removedFunctions', object: 'shop.*', reason: 'nobody runs it', until: '2026-12-31' };
  const on = (today: string, ...waivers: (typeof waiver)[]): PrecheckReport =>
    applyWaivers(report, waivers, { today, knownIds });

  it('keep a finding visible, which then does not count, up to and on their last day', () => {
    const waived = on('2026-12-31', waiver);
    expect(waived.findings).toHaveLength(2);
    expect(waived.findings[0]?.waiver).toEqual({ reason: 'nobody runs it', until: '2026-12-31', isExpired: false });
    expect([isBlocked(report), isBlocked(waived)]).toEqual([true, false]);
    expect(waived.notes).toEqual([]);
  });

  it('count no more from the day after, and the report says so', () => {
    const expired = on('2027-01-01', waiver);
    expect(isBlocked(expired)).toBe(true);
    expect(expired.findings[0]?.waiver?.isExpired).toBe(true);
    expect(expired.notes).toEqual([
      'The waiver of removedFunctions for shop.* expired on 2026-12-31: what it covered counts again.',
    ]);
  });

  it('in force win over expired ones', () => {
    const renewed = { ...waiver, object: 'shop.old_report', until: '2027-06-30' };
    expect(isBlocked(on('2027-01-01', waiver, renewed))).toBe(false);
  });

  it('that match nothing are mentioned, with the id that was meant', () => {
    const notes = on(
      '2026-11-20',
      { ...waiver, object: 'other.*' },
      { ...waiver, check: 'removedFunction', object: '*' },
      { ...waiver, check: 'zeroDates', object: '*' },
    ).notes;
    expect(notes).toEqual([
      'The waiver of removedFunctions for other.* matches nothing: remove it when the finding is gone for good.',
      'The waiver of removedFunction for * matches nothing: there is no such check; did you mean removedFunctions?.',
      'The waiver of zeroDates for * matches nothing: the check was not run.',
    ]);
  });

  it.each([
    ['*', 'anything.at.all', true],
    ['shop.*', 'shop.t', true],
    ['shop.*', 'shopping.t', false],
    ['*.c', 'shop.t.c', true],
    ['shop.*.c', 'shop.t.c', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['shop.t', 'shop.tt', false],
    ['s.p', 'sxp', false],
  ])('%s for %s: %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it('for the same check and object are refused', () => {
    expect(brokenRules({ waivers: [waiver, { ...waiver, until: '2027-01-31' }] })).toMatchObject([
      { path: ['waivers', 1], text: expect.stringContaining('waivers[0]') },
    ]);
  });
});

describe('what is left out', () => {
  const many = { 'size-of-the-server-5.7': [{ tables_found: 300_000 }] };

  it('on 5.7 with 300,000 tables: what opens every table, with the way to have it all the same', async () => {
    const cheap = { ...CHECK, id: 'cheap', queries: [] };
    const report = await run([cheap, CHECK], many);
    expect(report.checked).toEqual(['cheap']);
    expect(report.notChecked).toEqual([
      { check: 'sample', because: 'size', reason: expect.stringContaining('--only sample --max-tables 300000') },
    ]);
    expect(isIncomplete(report)).toBe(true);
    expect((await run([CHECK], many, { maxTables: 300_000 })).checked).toEqual(['sample']);
    expect((await run([CHECK], many, { version: '8.0.39' })).checked).toEqual(['sample']);
  });

  it('CHECK TABLE, unless it is asked for', async () => {
    const check: UpgradeCheck = { ...CHECK, onRequest: 'check-tables' };
    const report = await run([check]);
    expect(report.notChecked).toMatchObject([{ check: 'sample', because: 'on-request' }]);
    expect(isIncomplete(report)).toBe(false);
    expect((await run([check], {}, { checkTables: true })).checked).toEqual(['sample']);
  });

  it('findings beyond a limit, the worst kept and the others counted', async () => {
    const findings = Array.from({ length: MAX_FINDINGS_PER_CHECK + 5 }, (_, index) => ({
      level: index === MAX_FINDINGS_PER_CHECK + 4 ? ('error' as const) : ('notice' as const),
      object: `shop.t${index}`,
      description: 'Odd.',
    }));
    const report = await run([{ ...CHECK, run: async () => findings }]);
    expect(report.findings).toHaveLength(MAX_FINDINGS_PER_CHECK);
    expect(report.findings[0]?.level).toBe('error');
    expect(report.notChecked).toMatchObject([{ object: `5 of ${findings.length} findings`, because: 'size' }]);
  });

  it('what the server hides from an account, which would look like nothing found', async () => {
    const poor = { grants: [{ Grants: "GRANT USAGE ON *.* TO 'app'@'%'" }] };
    const report = await run([{ ...CHECK, run: async () => [] }], poor);
    expect(report.checked).toEqual(['sample']);
    expect(report.notChecked).toMatchObject([
      { check: 'sample', object: 'objects that this account may not use', needs: 'SELECT on the schemas' },
    ]);
    expect(
      (await run([CHECK], { grants: [{ Grants: "GRANT SELECT, PROCESS ON *.* TO 'dba'@'%'" }] })).notChecked,
    ).toEqual([]);
  });
});

it.each([
  [['GRANT ALL PRIVILEGES ON *.* TO `r`@`%`'], true, true],
  [['GRANT SELECT, RELOAD ON *.* TO `r`@`%` WITH GRANT OPTION'], true, false],
  [['GRANT USAGE ON *.* TO `r`@`%`', 'GRANT SELECT ON `shop`.* TO `r`@`%`'], false, false],
  [['GRANT PROCESS, SHOW DATABASES ON *.* TO `r`@`%`'], false, true],
])('%j shows schemas: %s, processes: %s', (grants, seesSchemas, seesProcesses) => {
  expect(visibilityOf(grants)).toEqual({ seesSchemas, seesProcesses });
});
