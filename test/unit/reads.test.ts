/** The sample of reads: what is one kind, what may be run again, and which share of the load it is. */
import type { MysqlServer, Query, Row } from '../../actions/ports/mysql-server';
import { collectReads } from '../../actions/reads/collect';
import { fingerprintOf, isCutOff } from '../../actions/reads/fingerprint';
import { judgeRead } from '../../actions/reads/safe-read';
import { makeSample, type DigestCount, type HeardText } from '../../actions/reads/sample';
import { readStatementFile } from '../../actions/reads/statement-file';

/** A statement and the DIGEST_TEXT that 5.7.29 and 9.7.4 keep of it; the second is missing where both are the same. */
const DIGESTS: readonly (readonly [statement: string, ...digests: string[]])[] = [
  [
    "select * from t where id = 1 and s='secret' and a in (1,2,3)",
    'SELECT * FROM `t` WHERE `id` = ? AND `s` = ? AND `a` IN (...) ',
  ],
  ['select * from t where id in (7)', 'SELECT * FROM `t` WHERE `id` IN (?) ', 'SELECT * FROM `t` WHERE `id` IN (...)'],
  [
    "select count(*), avg(a) from t where a between -5 and 10 and s is null and s <> 'x' limit 5,10",
    'SELECT COUNT ( * ) , AVG ( `a` ) FROM `t` WHERE `a` BETWEEN ? AND ? AND `s` IS NULL AND `s` != ? LIMIT ?, ... ',
  ],
  [
    "select * from t where s = _utf8'x' and a = -1 or d < 1e-3 and true and NULL is null -- c\n order by id desc",
    'SELECT * FROM `t` WHERE `s` = (_charset) ? AND `a` = - ? OR `d` < ? AND TRUE AND ? IS NULL ORDER BY `id` DESC ',
    'SELECT * FROM `t` WHERE `s` = (_charset) ? AND `a` = ? OR `d` < ? AND TRUE AND ? IS NULL ORDER BY `id` DESC',
  ],
  ['(select 1) union all (select 2)', '( SELECT ? ) UNION ALL ( SELECT ? ) '],
  [
    'select /*+ MAX_EXECUTION_TIME(1000) */ now(), substring(s,1,2), t.`a` from `shop`.`t` as t',
    'SELECT /*+ MAX_EXECUTION_TIME (?) */ NOW ( ) , SUBSTRING ( `s` , ?, ... ) , `t` . `a` FROM `shop` . `t` AS `t` ',
  ],
  [
    "select 0x12, x'12', b'1', date'2020-01-01', interval 1 day + now(), !a, a != 2, (a,1)=(1,2) from t",
    'SELECT ?, ... , DATE ? , INTERVAL ? SQL_TSI_DAY + NOW ( ) , ! `a` , `a` != ? , ( `a` , ? ) = (...) FROM `t` ',
  ],
];

it.each(DIGESTS)(
  '%s has the fingerprint of its digest on both versions',
  (statement, digest57, digest97 = digest57) => {
    const fingerprint = fingerprintOf(statement);
    expect([fingerprintOf(digest57), fingerprintOf(digest97)]).toEqual([fingerprint, fingerprint]);
  },
);

it.each([
  ["SELECT 'it''s \\'secret\\'', \"secret\" FROM t /* secret */ WHERE n = 4711 -- secret\n AND x = X'4711' # secret"],
  ["select * from t where a = 'secret"],
  ['select @secret, 4711.4711e4711, .4711 from t'],
])('no value is left in the fingerprint of %s', (statement) => {
  expect(fingerprintOf(statement)).not.toMatch(/secret|4711/);
});

const SAFE: readonly string[] = [
  'select 1;',
  'WITH x (a, b) AS (SELECT 1, 2) SELECT * FROM x',
  'with recursive x as (select 1 as n union all select n + 1 from x where n < 3) (select * from x)',
  'TABLE t',
  'VALUES ROW(1, 2), ROW(3, 4)',
  '(select 1) union (select 2) order by 1',
  "select ';', 'for update', `into`, t.into from t /* for update */",
  'select count(*), left(s, 1), if(a, b, c), cast(a as char(10)) from t force index for order by (a) where a in (1, 2)',
  'select sum(a) over (partition by b order by c rows between 1 preceding and current row) from t',
  'select replace(a, 1, 2), insert(a, 1, 2, 3) from t',
  'select t.5for, `t`.5into, 1.5, .5, 1e5 from 2nd.t',
];

it.each(SAFE)('may be run: %s', (statement) => {
  expect(judgeRead(statement)).toMatchObject({ is: 'safe' });
});

const UNSAFE: readonly string[] = [
  '',
  'select 1; select 2',
  'select 1; delete from t',
  'delete from t',
  'with x as (select 1) delete from t',
  'with x as (select 1) update t set a = 1',
  'explain analyze select 1',
  'call p()',
  'do sleep(1)',
  'select * from t for update',
  'select * from t where a = 1 FOR/* */SHARE',
  'select * from t lock in share mode',
  'select * from t where a > .5for update',
  'select * from t where a > 1.5e1lock in share mode',
  "select 1.into outfile '/tmp/out' from t",
  "select a into outfile '/tmp/out' from t",
  "select a into dumpfile '/tmp/out' from t",
  'select a into @x from t',
  'select @a := 1',
  'select @a',
  'select /*!50000 sleep(1), */ 1',
  "select get_lock('a', 1)",
  'select release_all_locks()',
  'select sleep(1)',
  'select SLEEP (1) from t',
  "select benchmark(1000000, md5('a'))",
  "select load_file('/etc/passwd')",
  'select last_insert_id(5)',
  "select lambda_async('arn', '{}') from t",
  'select total(1)',
  'select `total`(1)',
  'select shop.total(1)',
  'select "total"(1)',
  'select * from t procedure analyse()',
  'select * from t where id = ?',
  "select * from t where a = 'cut off",
  'select * from t where a = 1 /* cut off',
  'select /*+ SET_VAR(sort_buffer_size = 1) QB_NAME(`a */ b`) */ 1',
  "select /*+ SET_VAR(optimizer_switch = 'a=on') */ 1",
];

it.each(UNSAFE)('is never run: %s', (statement) => {
  expect(judgeRead(statement)).toMatchObject({ is: 'unsafe' });
});

it.each([
  ['ANSI_QUOTES', 'select a from t where b = "c\\" for update -- "'],
  ['NO_BACKSLASH_ESCAPES', "select a from t where b = 'c\\' for update -- '"],
])('refuses under %s what it reads otherwise: %s', (mode, statement) => {
  expect(judgeRead(statement)).toMatchObject({ is: 'safe' });
  const reason = 'its quotes mean something else under the sql_mode of the server';
  expect(judgeRead(statement, undefined, new Set([mode]))).toEqual({ is: 'unsafe', reason });
  expect(judgeRead("select a from t where b = 'c'", undefined, new Set([mode]))).toMatchObject({ is: 'safe' });
});

it('calls a stored function only when it is named', () => {
  const named = { allowed: new Set(['shop.total', 'vat']), stored: new Set(['uuid_to_bin', 'vat']) };
  expect(judgeRead('select shop.total(1), vat(2), shop.vat(3) from t', named)).toMatchObject({ is: 'safe' });
  expect(judgeRead('select other.total(1) from t', named)).toMatchObject({ is: 'unsafe' });
  // Built in from 8.0 on; on 5.7 people have stored it.
  expect(judgeRead('select UUID_TO_BIN(a) from t', named)).toMatchObject({ is: 'unsafe' });
  expect(judgeRead('select UUID_TO_BIN(a) from t')).toMatchObject({ is: 'safe' });
});

it('knows which answers may rightly differ', () => {
  const volatile = (statement: string): unknown => {
    const judged = judgeRead(statement);
    return judged.is === 'safe' ? judged.volatile?.isCountSure : judged;
  };
  expect(volatile('select * from t order by a limit 3')).toBeUndefined();
  expect(volatile('select * from (select * from t order by a limit 3) x')).toBeUndefined();
  expect(volatile('select now() from t')).toBeUndefined();
  expect(volatile('select * from t limit 3')).toBe(true);
  expect(volatile('(select a from t order by a) union (select a from u limit 1)')).toBe(true);
  expect(volatile('select rand() from t')).toBe(false);
  expect(volatile('select @@hostname from t')).toBe(false);
});

const digest = (digestText: string, ms: number, schema = 'shop'): DigestCount => ({
  schema,
  digestText,
  count: 10,
  ms,
});
const heard = (text: string, more: Partial<HeardText> = {}): HeardText => ({
  schema: 'shop',
  text,
  source: 'history',
  seen: 1,
  isCutOff: false,
  ...more,
});
const WISHES = {
  most: 10,
  textsEach: 2,
  functions: { allowed: new Set<string>(), stored: new Set<string>() },
  sqlModes: new Set<string>(),
};

it('takes the costliest first, and says what share of the load they are', () => {
  const sample = makeSample(
    [
      digest('SELECT * FROM `a` WHERE `id` = ?', 20),
      digest('SELECT * FROM `b` WHERE `id` = ?', 70),
      digest('SELECT * FROM `c` WHERE `id` = ?', 10),
    ],
    [
      heard('select * from a where id = 1'),
      heard('select * from b where id = 1'),
      heard('select * from b where id = 2'),
    ],
    WISHES,
  );
  expect(sample.reads.map(({ fingerprint, texts }) => [fingerprint, texts.length])).toEqual([
    ['select * from b where id = ?', 2],
    ['select * from a where id = ?', 1],
  ]);
  expect(sample.coverage).toEqual({ digests: 3, sampled: 2, share: 0.9 });
  expect(sample.notSampled).toMatchObject([
    { fingerprint: 'select * from c where id = ?', reason: 'no text of it is known' },
  ]);
});

it('runs no text that was cut off, and a whole one of the same kind', () => {
  const cut = heard('select * from a where id = 1 and note = ...', { isCutOff: true, seen: 9 });
  const digests = [digest('SELECT * FROM `a` WHERE `id` = ? AND `note` = ?', 20)];
  expect(makeSample(digests, [cut], WISHES).notSampled).toMatchObject([
    { reason: 'its text was cut off by the server' },
  ]);
  const [read] = makeSample(digests, [cut, heard("select * from a where id = 2 and note = 'x'")], WISHES).reads;
  expect(read?.texts.map(({ text }) => text)).toEqual(["select * from a where id = 2 and note = 'x'"]);
});

it('knows the digest of a text from the server where it says so, also when the text was cut off', () => {
  const digestText = 'SELECT * FROM `a` WHERE `note` = ?';
  const cut = heard("select * from a where note = 'yyy...", { digestText, isCutOff: true });
  expect(makeSample([digest(digestText, 20)], [cut], WISHES).notSampled).toMatchObject([
    { fingerprint: 'select * from a where note = ?', reason: 'its text was cut off by the server' },
  ]);
});

it('says of a digest without a text what is wrong with its shape', () => {
  const { notSampled } = makeSample([digest('SELECT * FROM `a` WHERE `id` = ? FOR UPDATE', 20)], [], WISHES);
  expect(notSampled).toMatchObject([{ reason: 'it locks rows' }]);
});

it('leaves out what is not the application: the platform, this tool, and what reads no table', () => {
  const sample = makeSample(
    [
      digest('SELECT * FROM `performance_schema` . `threads`', 50, ''),
      digest('SELECT * FROM `t`', 50, 'mysql'),
      digest('SELECT @@`version`', 50),
      digest('SELECT CRC32 ( CRC32 ( CONCAT_WS ( ?, `id` ) ) ) FROM `shop` . `t`', 50),
      digest('SELECT * FROM `a`', 1),
    ],
    [heard('select * from a')],
    WISHES,
  );
  expect(sample.coverage).toEqual({ digests: 1, sampled: 1, share: 1 });
  expect(sample.notSampled).toEqual([]);
});

it('gives a statement of a file, which names no schema, that of the costliest digest', () => {
  const digests = [digest('SELECT * FROM `a`', 1, 'test'), digest('SELECT * FROM `a`', 9, 'shop')];
  const { reads } = makeSample(digests, [heard('select * from a', { schema: undefined, source: 'file' })], WISHES);
  expect(reads).toMatchObject([{ schema: 'shop', ms: 9 }]);
});

it('knows a text that the server has cut off', () => {
  expect(isCutOff(`select '${'y'.repeat(1013)}...`, 1024)).toBe(true);
  expect(isCutOff("select 'whole'", 1024)).toBe(false);
});

describe('a file of statements', () => {
  const texts = (content: string): readonly (readonly [string | undefined, string, number])[] =>
    readStatementFile(content).map(({ schema, text, seen }) => [schema, text, seen]);

  it('has statements of several lines, with what looks like an end in them', () => {
    expect(
      texts("-- a; comment\nuse shop;\nselect 'a;b'\n  from t; delete from t;\nselect 1;select 1;\nselect 2"),
    ).toEqual([
      ['shop', "select 'a;b'\n  from t", 1],
      ['shop', 'select 1', 2],
      ['shop', 'select 2', 1],
    ]);
  });

  it('may be a slow query log', () => {
    const log = `/usr/sbin/mysqld, Version: 5.7.29-log (MySQL Community Server). started with:
Tcp port: 3306  Unix socket: /tmp/mysql.sock
Time                 Id Command    Argument
# Time: 2026-11-20T19:10:00.000000Z
# User@Host: app[app] @ it's-a-host [10.0.0.1]  Id: 5
# Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 1  Rows_examined: 100
use shop;
SET timestamp=1700000000;
SELECT * FROM big
WHERE id = 1;
# Time: 2026-11-20T19:10:01.000000Z
# User@Host: app[app] @  [10.0.0.1]  Id: 5
# Schema: billing  Last_errno: 0  Killed: 0
SET timestamp=1700000001;
SELECT * FROM invoices;
`;
    expect(texts(log)).toEqual([
      ['shop', 'SELECT * FROM big\nWHERE id = 1', 1],
      ['billing', 'SELECT * FROM invoices', 1],
    ]);
  });

  it('may be what pt-query-digest prints', () => {
    const digested = `# Query 1: 0.00 QPS, 0.00x concurrency, ID 0x1 at byte 0 ____
# Databases    shop
# Tables
#    SHOW TABLE STATUS FROM \`shop\` LIKE 'big'\\G
# EXPLAIN /*!50100 PARTITIONS*/
SELECT * FROM big WHERE id = 1\\G
# Query 2: 0.00 QPS, 0.00x concurrency, ID 0x2 at byte 0 ____
# Databases    billing
# EXPLAIN /*!50100 PARTITIONS*/
select count(*) from invoices\\G
`;
    expect(texts(digested)).toEqual([
      ['shop', 'SELECT * FROM big WHERE id = 1', 1],
      ['billing', 'select count(*) from invoices', 1],
    ]);
  });
});

describe('collecting', () => {
  const collect = (
    answers: Readonly<Record<string, readonly Row[]>>,
    fromFile?: readonly HeardText[],
    { listenMs = 0, lookMs = 0 } = {},
  ) => {
    let nowMs = 0;
    const notes: string[] = [];
    const asked: string[] = [];
    const server = {
      version: '8.0.39',
      read: (query: Query<unknown>) => {
        asked.push(query.name);
        if (query.name === 'running-statements') nowMs += lookMs;
        return Promise.resolve(query.parse(answers[query.name] ?? []));
      },
    } as unknown as MysqlServer;
    const instance = {
      side: 'blue' as const,
      id: 'blue-1',
      isWriter: true,
      server,
      openRunner: () => Promise.reject(new Error()),
    };
    const collected = collectReads(
      {
        clock: {
          now: () => new Date(0),
          monotonicMs: () => nowMs,
          sleep: (ms) => {
            nowMs += ms;
            return Promise.resolve();
          },
        },
        signal: new AbortController().signal,
        note: (code) => notes.push(code),
        tell: () => undefined,
      },
      [instance],
      { ...WISHES, functions: new Set<string>(), listenMs, fromFile },
    );
    return { collected, notes, asked };
  };
  const variables = (values: Readonly<Record<string, string>>): readonly Row[] =>
    Object.entries(values).map(([name, value]) => ({ Variable_name: name, Value: value }));

  it('says that performance_schema is off, and asks nothing of it', async () => {
    const { collected, notes, asked } = collect({ 'global-variables': variables({ performance_schema: 'OFF' }) });
    await expect(collected).rejects.toMatchObject({ code: 'reads-none' });
    expect([notes, asked]).toEqual([['reads-not-counted'], ['global-variables', 'stored-functions']]);
  });

  it('reads the slow log only where it is on and a table, and takes no text of the server beside a file', async () => {
    const on = variables({ performance_schema: 'ON', log_output: 'FILE,TABLE', slow_query_log: 'ON' });
    const digests = [{ s: 'shop', d: 'SELECT * FROM `a`', n: 2, w: '5000000000', q: 'select * from a' }];
    const answers = { 'global-variables': on, 'read-digests': digests };
    const alone = collect(answers);
    expect((await alone.collected).reads).toMatchObject([{ source: 'digest', count: 2, ms: 5 }]);
    expect(alone.asked).toContain('slow-statements');
    const off = collect({
      ...answers,
      'global-variables': variables({ performance_schema: 'ON', log_output: 'FILE', slow_query_log: 'ON' }),
    });
    await off.collected;
    expect(off.asked).not.toContain('slow-statements');
    const withFile = collect(answers, [heard('select * from b', { source: 'file' })]);
    expect((await withFile.collected).reads).toMatchObject([{ fingerprint: 'select * from b', source: 'file' }]);
    expect(withFile.asked).not.toContain('statement-history');
  });

  it('calls no function that is stored on the server, whatever its name is elsewhere', async () => {
    const { collected } = collect({ 'stored-functions': [{ f: 'Uuid_To_Bin' }] }, [
      heard('select uuid_to_bin(a) from b', { source: 'file' }),
      heard('select a from b', { source: 'file' }),
    ]);
    const { reads, notSampled } = await collected;
    expect(reads.map(({ fingerprint }) => fingerprint)).toEqual(['select a from b']);
    expect(notSampled.map(({ reason }) => reason)).toEqual(['it calls uuid_to_bin, which is a stored function']);
  });

  it('asks for the sql_mode, and shows no value that it would take for a word', async () => {
    const { collected } = collect(
      { 'global-variables': variables({ sql_mode: 'ONLY_FULL_GROUP_BY,NO_BACKSLASH_ESCAPES' }) },
      [
        heard("select a from b where c in ('x\\', 'secret')", { source: 'file' }),
        heard('select a from b', { source: 'file' }),
      ],
    );
    const { reads, notSampled } = await collected;
    expect(reads.map(({ fingerprint }) => fingerprint)).toEqual(['select a from b']);
    expect(notSampled.map(({ reason }) => reason)).toEqual([
      'its quotes mean something else under the sql_mode of the server',
    ]);
    expect(JSON.stringify(notSampled)).not.toContain('secret');
  });

  it.each([
    [0, 120],
    [1_000, 6],
  ])('listens seldomer where a look takes %i ms', async (lookMs, looks) => {
    const { collected, asked } = collect({}, [heard('select * from b', { source: 'file' })], {
      listenMs: 60_000,
      lookMs,
    });
    await collected;
    expect(asked.filter((name) => name === 'running-statements')).toHaveLength(looks);
  });
});
