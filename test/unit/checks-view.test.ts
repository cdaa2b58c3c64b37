import type { PrecheckReport } from '../../actions/checks/report';
import { renderPrecheckJson } from '../../actions/view/precheck-json';
import { renderPrecheckMarkdown } from '../../actions/view/precheck-markdown';
import { renderPrecheckText } from '../../actions/view/precheck-text';

const REPORT: PrecheckReport = {
  serverVersion: '5.7.29',
  sourceVersion: '5.7.mysql_aurora.2.12.4',
  targetVersion: '8.0.mysql_aurora.3.08.2',
  checked: ['enabledEvents', 'utf8mb3', 'groupbyAscSyntax'],
  findings: [
    { check: 'enabledEvents', level: 'notice', object: 'shop.nightly', description: 'Runs.' },
    { check: 'enabledEvents', level: 'warning', object: 'shop.hourly', description: 'Writes.', cure: 'Disable it.' },
    { check: 'utf8mb3', level: 'warning', object: 'shop.a|b\n# c.d', description: 'Is utf8mb3.' },
    { check: 'groupbyAscSyntax', level: 'error', object: 'shop.v1', description: 'Sorted.', cure: 'Use ORDER BY.' },
    { check: 'groupbyAscSyntax', level: 'error', object: 'shop.v2', description: 'Sorted.', cure: 'Use ORDER BY.' },
  ],
  notChecked: [
    { check: 'xaPrepared', reason: 'blue refused it.', needs: 'XA_RECOVER_ADMIN' },
    { check: 'removedFunctions', object: 'view shop.broken', reason: 'gone.' },
  ],
};

it('the text is grouped, worst first, with what could not be checked at the end', () => {
  expect(renderPrecheckText(REPORT)).toBe(`Prechecks of blue, MySQL 5.7.29, for 8.0.mysql_aurora.3.08.2
blocked: 2 errors, 2 warnings, 1 notice; 2 not checked

✗ error: GROUP BY with ASC or DESC  (groupbyAscSyntax)
    shop.v1: Sorted.
    shop.v2: Sorted.
    -> Use ORDER BY.

! warning: Enabled events  (enabledEvents)
    shop.hourly: Writes. -> Disable it.
    notice: shop.nightly: Runs.

! warning: The 3-byte character set utf8mb3  (utf8mb3)
    shop.a|b # c.d: Is utf8mb3.

? not checked: whether these hold is not known
    xaPrepared: blue refused it.
      -> it needs: XA_RECOVER_ADMIN
    removedFunctions, view shop.broken: gone.

3 checks run; docs/prechecks/<id>.md explains each.`);
});

it('the text says how many it does not show', () => {
  const findings = Array.from({ length: 12 }, (_, index) => ({
    check: 'utf8mb3',
    level: 'warning' as const,
    object: `shop.t.c${index}`,
    description: 'Is utf8mb3.',
  }));
  const text = renderPrecheckText({ ...REPORT, findings, notChecked: [] });
  expect(text).toContain('shop.t.c9: ');
  expect(text).not.toContain('shop.t.c10: ');
  expect(text).toContain('and 2 more; --all shows them');
  expect(text).toContain('nothing blocks: 0 errors, 12 warnings, 0 notices\n');
});

it('the JSON is one object with target, server, findings, counts and notChecked', () => {
  expect(JSON.parse(renderPrecheckJson(REPORT))).toEqual({
    type: 'precheck',
    target: { version: '8.0.mysql_aurora.3.08.2' },
    server: { version: '5.7.29', engineVersion: '5.7.mysql_aurora.2.12.4' },
    blocked: true,
    incomplete: true,
    counts: { error: 2, warning: 2, notice: 1, waived: 0, notChecked: 2 },
    findings: REPORT.findings.map(({ cure = null, ...finding }) => ({ ...finding, cure })),
    notChecked: REPORT.notChecked,
    checked: ['enabledEvents', 'utf8mb3', 'groupbyAscSyntax'],
    skipped: [],
    notes: [],
  });
});

it('names from the database cannot break the Markdown', () => {
  const markdown = renderPrecheckMarkdown(REPORT);
  expect(markdown).toContain(String.raw`| warning | shop.a\|b \# c.d | Is utf8mb3. |  |`);
  expect(markdown).toContain('## error: GROUP BY with ASC or DESC (`groupbyAscSyntax`)');
  expect(markdown).toContain('| `xaPrepared` | all of it | blue refused it. | XA\\_RECOVER\\_ADMIN |');
  expect(markdown.indexOf('## error')).toBeLessThan(markdown.indexOf('## warning'));
});
