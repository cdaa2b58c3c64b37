import type { ParameterTable, Plan } from '../../actions/engine/plan';
import { planHash } from '../../actions/engine/plan';
import { parameterDiff } from '../../actions/view/plan-parameters';
import { renderPlanJson } from '../../actions/view/plan-json';
import { renderPlanMarkdown } from '../../actions/view/plan-markdown';
import { renderPlanText } from '../../actions/view/plan-text';
import { PLAN } from './view-plan.fixture';

const TABLE: ParameterTable = {
  blueFamily: 'aurora-mysql5.7',
  greenFamily: 'aurora-mysql8.0',
  rows: [
    {
      verdict: 'default-changed',
      blue: { level: 'cluster', name: 'innodb_autoinc_lock_mode', value: '1', from: 'default' },
      green: { level: 'cluster', name: 'innodb_autoinc_lock_mode', value: '2', from: 'default' },
      note: 'Ids may have gaps.',
    },
    {
      verdict: 'removed',
      blue: { level: 'instance', name: 'query_cache_size', value: '1048576', from: 'group' },
      note: 'aurora-mysql8.0 does not have it',
    },
    {
      verdict: 'same',
      blue: { level: 'cluster', name: 'time_zone', value: 'UTC', from: 'group' },
      green: { level: 'cluster', name: 'time_zone', value: 'UTC', from: 'group' },
    },
    {
      verdict: 'renamed',
      blue: { level: 'instance', name: 'tx_isolation', value: 'READ-COMMITTED', from: 'group' },
      green: { level: 'instance', name: 'transaction_isolation', value: 'READ-COMMITTED', from: 'group' },
    },
  ],
};
const WITH: Plan = { ...PLAN, parameters: TABLE };

test('the terminal shows each that does not stay as it is, with its reason, and names the rest', () => {
  expect(renderPlanText(WITH)).toContain(`== parameters: aurora-mysql5.7 -> aurora-mysql8.0
  verdict          blue                                            green
  default changed  cluster innodb_autoinc_lock_mode = 1 (default)  cluster innodb_autoinc_lock_mode = 2 (default)
      Ids may have gaps.
  removed          instance query_cache_size = 1048576             none
      aurora-mysql8.0 does not have it
  renamed          instance tx_isolation = READ-COMMITTED          instance transaction_isolation = READ-COMMITTED
  same: time_zone = UTC
`);
  expect(renderPlanText(WITH)).not.toContain('cannot carry');
});

test("the pull request shows blue's group against green's as a unified diff, and a table of what is not the same", () => {
  expect(renderPlanMarkdown(WITH)).toContain(`## Parameters: from blue's groups to green's

\`\`\`diff
--- blue, cluster parameters (aurora-mysql5.7)
+++ green, cluster parameters (aurora-mysql8.0)
@@ -1,2 +1,2 @@
-innodb_autoinc_lock_mode = 1 (default)
+innodb_autoinc_lock_mode = 2 (default)
 time_zone = UTC
--- blue, instance parameters (aurora-mysql5.7)
+++ green, instance parameters (aurora-mysql8.0)
@@ -1,2 +1,1 @@
-query_cache_size = 1048576
-tx_isolation = READ-COMMITTED
+transaction_isolation = READ-COMMITTED
\`\`\`

| verdict | blue | green | why |
|---|---|---|---|
| default changed | cluster innodb_autoinc_lock_mode = 1 (default) | cluster innodb_autoinc_lock_mode = 2 (default) | Ids may have gaps. |
| removed | instance query_cache_size = 1048576 | none | aurora-mysql8.0 does not have it |
| renamed | instance tx_isolation = READ-COMMITTED | instance transaction_isolation = READ-COMMITTED |  |
`);
});

test('a group that stays as it is has no diff, and says so', () => {
  const rows = TABLE.rows.filter(({ verdict }) => verdict === 'same');
  expect(parameterDiff({ ...TABLE, rows })).toEqual([]);
  expect(renderPlanMarkdown({ ...PLAN, parameters: { ...TABLE, rows } })).toContain(
    'All 1 are declared for green as they are for blue.',
  );
});

test('a verdict of a later version is shown as it is written', () => {
  const rows = [{ ...TABLE.rows[1], verdict: 'invented' }] as unknown as ParameterTable['rows'];
  expect(renderPlanText({ ...PLAN, parameters: { ...TABLE, rows } })).toContain('invented');
});

test('the table is data in the JSON, and a reviewed plan is another one when it changes', () => {
  expect((JSON.parse(renderPlanJson(WITH)) as Plan).parameters).toEqual(TABLE);
  expect(planHash(WITH)).not.toBe(planHash(PLAN));
});
