import type { Plan } from '../../actions/engine/events';
import { createAccount, killSession, setExternalSource, stopReplication } from '../../actions/mysql/statements';
import { renderStatement } from '../../actions/mysql/render';
import { renderPlanJson } from '../../actions/view/plan-json';
import { renderPlanMarkdown } from '../../actions/view/plan-markdown';
import { renderPlanText } from '../../actions/view/plan-text';
import { diffValues } from '../../actions/view/value-diff';
import { PASSWORD, PLAN } from './view-plan.fixture';

test('text shows every effect, the stretch of blocked writes and the commit point', () => {
  expect(renderPlanText(PLAN)).toBe(`Plan for orders: 2 needed, 1 done, 5 later, 1 blocked
bound to configuration 0123456789ab, state 7f3a at serial 4

== apply: Prepare blue
  = Turn the binary log of blue on  (enable-binlog)
      seen: log_bin is ON
  ~ Create the replication account on blue  (create-replication-account)
      warning: writes pause while the account is made
      blue> CREATE USER IF NOT EXISTS 'repl'@'%' IDENTIFIED WITH 'mysql_native_password' BY '***' REQUIRE SSL;
      blue> CALL mysql.rds_set_configuration('binlog retention hours', 48);
      binlog retention hours: NULL -> 48
      undo: the account is dropped
  ~ Set the parameters of green  (set-parameters)
      rds:ModifyDBClusterParameterGroup {"DBClusterParameterGroupName":"orders","Parameters":[{"Name":"binlog_format","Value":"ROW"}]}
      -binlog_format = OFF
      +binlog_format = ROW
       max_connections = 400
      undo: nothing to undo
  ✗ Check the tables of blue  (check-engine)
      2 tables are not InnoDB [myisam-tables]
        They cannot be carried.
        Convert <them> first.

== cutover: Switch writes to green
  … Let green catch up  (pre-drain)
      after: cdktf deploy
      undo: nothing to undo
┌ writes blocked
│ … Fence blue  (fence-blue)
│     after: cdktf deploy
│     blue> CALL mysql.rds_set_read_only(1);
│     undo: blue takes writes again
│ … Wait for the final position  (drain)
│     after: cdktf deploy
│     undo: nothing to undo
│ ──── commit point ──── before it: undone; after it: completed
│ … Open green  (open-green)
│     after: cdktf deploy
│     undo: nothing to undo
└ writes flow again
  … Confirm the reverse channel  (confirm)
      after: cdktf deploy
      undo: nothing to undo

== finalize: Give up the way back
   nothing to do

== parameters of blue that green cannot carry
  query_cache_size = 1048576: MySQL 8.0 has no query cache

~ needed   = done   … later   ✗ blocked`);
});

test('Markdown for a pull request folds the statements away', () => {
  expect(renderPlanMarkdown(PLAN)).toBe(`# Upgrade plan: orders

**2 needed, 1 done, 5 later, 1 blocked**

Bound to configuration \`0123456789ab\` and state \`7f3a\` at serial 4; \`cutover\` refuses this plan when either has moved.

## \`apply\`: Prepare blue

| | step | writes | effects | undo |
|---|---|---|---|---|
| = done | Turn the binary log of blue on | flow | log_bin is ON |  |
| ~ needed | Create the replication account on blue | flow | 2 statements, 1 value | the account is dropped |
| ~ needed | Set the parameters of green | flow | 1 AWS call, 2 values | nothing to undo |
| ✗ blocked | Check the tables of blue | flow | see below |  |

> **Warning**, Create the replication account on blue: writes pause while the account is made

> **Blocked**, Check the tables of blue: 2 tables are not InnoDB (\`myisam-tables\`)
>
> They cannot be carried.
> Convert &lt;them> first.

<details><summary>Every statement, call and value</summary>

**Create the replication account on blue** (\`create-replication-account\`)

\`\`\`sql
blue> CREATE USER IF NOT EXISTS 'repl'@'%' IDENTIFIED WITH 'mysql_native_password' BY '***' REQUIRE SSL;
blue> CALL mysql.rds_set_configuration('binlog retention hours', 48);
\`\`\`

\`\`\`diff
-binlog retention hours = NULL
+binlog retention hours = 48
\`\`\`

**Set the parameters of green** (\`set-parameters\`)

\`\`\`sql
rds:ModifyDBClusterParameterGroup {"DBClusterParameterGroupName":"orders","Parameters":[{"Name":"binlog_format","Value":"ROW"}]}
\`\`\`

\`\`\`diff
-binlog_format = OFF
+binlog_format = ROW
 max_connections = 400
\`\`\`

</details>

## \`cutover\`: Switch writes to green

| | step | writes | effects | undo |
|---|---|---|---|---|
| … later | Let green catch up (after cdktf deploy) | flow | observes only | nothing to undo |
| … later | Fence blue (after cdktf deploy) | **blocked** | 1 statement | blue takes writes again |
| … later | Wait for the final position (after cdktf deploy) | **blocked** | observes only | nothing to undo |
| | **──── commit point ────** | | before it: undone; after it: completed | |
| … later | Open green (after cdktf deploy) | **blocked** | observes only | nothing to undo |
| … later | Confirm the reverse channel (after cdktf deploy) | flow | observes only | nothing to undo |

<details><summary>Every statement, call and value</summary>

**Fence blue** (\`fence-blue\`)

\`\`\`sql
blue> CALL mysql.rds_set_read_only(1);
\`\`\`

</details>

## \`finalize\`: Give up the way back

Nothing to do.

## Parameters of blue that green cannot carry

| parameter | value on blue | why |
|---|---|---|
| \`query_cache_size\` | 1048576 | MySQL 8.0 has no query cache |
`);
});

test('JSON has sorted keys and reads back as the same plan', () => {
  const text = renderPlanJson({ ...PLAN, sections: [], notCarried: [] });
  expect(text).toBe(
    '{\n  "configHash": "0123456789abcdef0123",\n  "format": 1,\n  "lineage": "7f3a",\n  "name": "orders",\n' +
      '  "notCarried": [],\n  "sections": [],\n  "stateSerial": 4\n}\n',
  );
  const saved = JSON.parse(renderPlanJson(PLAN)) as Plan;
  expect(renderPlanJson(saved)).toBe(renderPlanJson(PLAN));
});

test('equal plans whose keys came in another order give the same bytes', () => {
  const turned = Object.fromEntries(Object.entries(PLAN).reverse()) as unknown as Plan;
  expect(renderPlanJson(turned)).toBe(renderPlanJson(PLAN));
  expect(renderPlanText(turned)).toBe(renderPlanText(PLAN));
  expect(renderPlanMarkdown(turned)).toBe(renderPlanMarkdown(PLAN));
});

test('no rendering holds a secret', () => {
  for (const text of [renderPlanText(PLAN), renderPlanMarkdown(PLAN), renderPlanJson(PLAN)]) {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain("pa''ss");
    expect(text).toContain('***');
  }
});

test('a plan before any state says so', () => {
  expect(renderPlanText({ ...PLAN, lineage: undefined, stateSerial: 0 }).split('\n')[1]).toBe(
    'bound to configuration 0123456789ab, state not begun at serial 0',
  );
});

test('colour adds nothing but colour', () => {
  // eslint-disable-next-line no-control-regex
  expect(renderPlanText(PLAN, { colour: true }).replace(/\x1b\[\d+m/g, '')).toBe(renderPlanText(PLAN));
});

test('statements have their values in place, quoted as MySQL quotes', () => {
  const position = { file: 'mysql-bin.000007', position: 154 };
  const source = { host: 'blue.internal', port: 3306, user: "o'neil", password: 'secret', position };
  expect(renderStatement(setExternalSource('master', source))).toBe(
    "CALL mysql.rds_set_external_master('blue.internal', 3306, 'o''neil', '***', 'mysql-bin.000007', 154, 0)",
  );
  expect(renderStatement(killSession(12))).toBe('CALL mysql.rds_kill(12)');
  expect(renderStatement(stopReplication())).toBe('CALL mysql.rds_stop_replication');
  expect(renderStatement(createAccount({ user: 'a\\b', host: '%' }, 'x', 'y', false))).toBe(
    "CREATE USER IF NOT EXISTS 'a\\\\b'@'%' IDENTIFIED WITH 'x' BY '***' REQUIRE NONE",
  );
});

test('a question mark inside quotes is no placeholder', () => {
  const statement = { sql: "SELECT 'why?', `a?`, \"it''s?\", ?, ?", values: [null, 'line\nbreak'], secrets: [] };
  expect(renderStatement(statement)).toBe("SELECT 'why?', `a?`, \"it''s?\", NULL, 'line\\nbreak'");
});

test('a statement whose placeholders and values differ in number is refused', () => {
  expect(() => renderStatement({ sql: 'SELECT ?', values: [], secrets: [] })).toThrow('1 placeholders but 0 values');
});

test('a value of several lines is compared line by line', () => {
  const before = 'SELECT id\nFROM orders\nWHERE open';
  const change = { kind: 'value', what: 'view open_orders', before, after: before.replace('id', 'id, at') } as const;
  expect(diffValues([change])).toEqual([
    ' view open_orders =',
    '-  SELECT id',
    '+  SELECT id, at',
    '   FROM orders',
    '   WHERE open',
  ]);
});

test('a fence in Markdown outgrows the backticks inside it', () => {
  const change = { kind: 'value', what: 'comment', before: '', after: '````' } as const;
  const check = { is: 'needed', changes: [change] } as const;
  const step = { id: 'a', title: 'A', check, blocksWrites: false, commitPoint: false, undo: '' };
  const text = renderPlanMarkdown({ ...PLAN, sections: [{ command: 'apply', title: 'T', steps: [step] }] });
  expect(text).toContain('\n`````diff\n');
});
