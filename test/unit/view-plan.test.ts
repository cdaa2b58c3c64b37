import { planHash, type Plan } from '../../actions/engine/plan';
import { createAccount, killSession, setExternalSource, stopReplication } from '../../actions/mysql/statements';
import { renderStatement } from '../../actions/mysql/render';
import type { SavedPlan } from '../../actions/engine/saved-plan';
import { renderPlanJson, withoutSecrets } from '../../actions/view/plan-json';
import type { Check } from '../../actions/engine/step';
import { diffPlans } from '../../actions/view/plan-diff';
import { renderPlanMarkdown } from '../../actions/view/plan-markdown';
import { renderPlanText } from '../../actions/view/plan-text';
import { diffValues } from '../../actions/view/value-diff';
import { PASSWORD, PLAN } from './view-plan.fixture';

test('text shows every effect, the stretch of blocked writes and the commit point', () => {
  expect(renderPlanText(PLAN)).toBe(`Plan for orders: 2 needed, 1 done, 5 later, 1 blocked
bound to configuration 0123456789ab, state 7f3a

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

Plan \`${planHash(PLAN).slice(0, 12)}\`, bound to configuration 0123456789ab, state 7f3a. A command that is given this plan refuses when any of it has moved.

- blue: cluster-BLUE, 5.7.mysql_aurora.2.12.4, server uuid-of-blue, 2 parameters, 2 accounts
- green: not there yet, so it is not bound

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

## Seen when the plan was made

No part of what is compared later.

- predicted write downtime: not known before a rehearsal or a switch
`);
});

test('JSON has sorted keys, names the plan by its hash and reads back as the same plan', () => {
  const text = renderPlanJson(PLAN);
  const saved = JSON.parse(text) as SavedPlan;
  expect(Object.keys(saved)).toEqual([
    ...['binding', 'checksum', 'format', 'hash', 'measured', 'name', 'notCarried', 'sections', 'terraform'],
  ]);
  expect(saved.hash).toBe(planHash(withoutSecrets(PLAN)));
  expect(renderPlanJson(saved)).toBe(text);
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
  const plan = { ...PLAN, binding: { ...PLAN.binding, lineage: null, stateSerial: 0 } };
  expect(renderPlanText(plan).split('\n')[1]).toBe('bound to configuration 0123456789ab, state not begun');
});

describe('what was seen', () => {
  const measured: Plan['measured'] = {
    gates: [{ name: 'replication', value: '0 s behind', limit: '1 s', ok: true }],
    downtime: [{ direction: 'cutover', blockedMs: 430, from: 'switch', at: '2026-11-20T08:00:00.000Z' }],
  };

  test('is shown, and is no part of the hash', () => {
    const plan = { ...PLAN, measured };
    expect(planHash(plan)).toBe(planHash(PLAN));
    expect(renderPlanText(plan)).toContain(`  ok replication: 0 s behind (limit: 1 s)
  predicted write downtime of the cutover: 430 ms, as the last one took (2026-11-20T08:00:00.000Z)`);
    expect(renderPlanMarkdown(plan)).toContain('| ok replication | 0 s behind | 1 s |');
  });

  test('neither is what done steps have seen, a lag, or the serial of the state', () => {
    const lag = { kind: 'value', what: 'green behind blue', before: '3 s', after: 'caught up' } as const;
    const at = (check: Check): Plan => ({
      ...PLAN,
      binding: { ...PLAN.binding, stateSerial: 9 },
      sections: [
        {
          command: 'apply',
          title: 'T',
          steps: [{ id: 'a', title: 'A', check, blocksWrites: false, commitPoint: false, undo: '' }],
        },
      ],
    });
    expect(planHash(at({ is: 'done', evidence: 'at 154' }))).toBe(planHash(at({ is: 'done', evidence: 'at 900' })));
    expect(planHash(at({ is: 'needed', changes: [lag] }))).toBe(planHash(at({ is: 'needed', changes: [] })));
    expect(planHash(at({ is: 'done', evidence: '' }))).not.toBe(planHash(at({ is: 'needed', changes: [] })));
  });
});

test('two plans are compared line by line, with what they are bound to', () => {
  expect(diffPlans(PLAN, PLAN)).toBe('');
  const { blue } = PLAN.binding.sides;
  if (!blue) throw new Error('the fixture binds blue');
  const later: Plan = {
    ...PLAN,
    binding: {
      ...PLAN.binding,
      sides: { blue: { ...blue, parameters: { ...blue.parameters, 'cluster max_connections': '800' } } },
    },
    notCarried: [],
  };
  const difference = diffPlans(PLAN, later);
  expect(difference).toContain(
    '-blue parameter cluster max_connections = 400\n+blue parameter cluster max_connections = 800',
  );
  expect(difference).toContain('-  query_cache_size = 1048576: MySQL 8.0 has no query cache');
  expect(renderPlanMarkdown(later, PLAN)).toContain('Changed since the plan that was saved before');
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
