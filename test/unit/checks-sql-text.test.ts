import { longestElement } from '../../actions/checks/enum-set-element-length';
import { namesAfterBarePeriod } from '../../actions/checks/empty-dot-table-syntax';
import { hasOrderedGroupBy } from '../../actions/checks/groupby-asc-syntax';
import { isDdl } from '../../actions/checks/ddl-running';
import { queryCacheWords } from '../../actions/checks/query-cache-syntax';
import { calledFunctions } from '../../actions/checks/removed-functions';
import { tokenise, type LexicalModes } from '../../actions/checks/sql-text';

const shape = (sql: string, modes?: LexicalModes): string[] =>
  tokenise(sql, modes).map(({ kind, text }) => `${kind}:${text}`);

describe('tokenise', () => {
  it.each<[string, string, string[]]>([
    [
      'strings with doubled quotes and backslashes',
      String.raw`'it''s' 'a\'b' "x""y"`,
      ["string:it's", "string:a'b", 'string:x"y'],
    ],
    ['quoted names', '`a``b`.`c d`', ['quoted:a`b', 'punctuation:.', 'quoted:c d']],
    [
      'line comments',
      'a -- b\nc # d\ne --f',
      ['word:a', 'word:c', 'word:e', 'punctuation:-', 'punctuation:-', 'word:f'],
    ],
    ['block comments', "a /* 'b */ c /*", ['word:a', 'word:c']],
    ['executable comments as code', 'a /*!50003 b */ c /*! d */ e', ['word:a', 'word:b', 'word:c', 'word:d', 'word:e']],
    ['hints as comments', 'select /*+ NO_MERGE() */ 1', ['word:select', 'number:1']],
    [
      'numbers',
      '1 1.5 .5 1e3 0xAF 5.',
      ['number:1', 'number:1.5', 'number:.5', 'number:1e3', 'number:0xAF', 'number:5.'],
    ],
    ['names that begin with digits', '1a t.2b', ['word:1a', 'word:t', 'punctuation:.', 'word:2b']],
    [
      'variables and hosts',
      "@a @@global.sql_mode root@localhost `u`@'h'",
      ['variable:@a', 'variable:@@global.sql_mode', 'word:root', 'variable:@localhost', 'quoted:u', 'variable:@h'],
    ],
    ['words beyond ASCII', 'größe 日本', ['word:größe', 'word:日本']],
    ['an unterminated string', "a 'b", ['word:a', 'string:b']],
    ['an unterminated comment inside of an executable one', '/*!50003 a', ['word:a']],
  ])('reads %s', (_, sql, expected) => {
    expect(shape(sql)).toEqual(expected);
  });

  it('follows the modes under which the text was stored', () => {
    expect(shape('"a"', { ansiQuotes: true })).toEqual(['quoted:a']);
    expect(shape(String.raw`'a\' b`, { noBackslashEscapes: true })).toEqual([String.raw`string:a\ `.trim(), 'word:b']);
  });

  it('gives a keyword for unquoted words only', () => {
    expect(tokenise("Rank `rank` 'rank'").map(({ word }) => word)).toEqual(['RANK', '', '']);
  });

  it('ends for every text', () => {
    const pieces = [
      "'",
      '"',
      '`',
      '/*',
      '*/',
      '/*!',
      '--',
      '#',
      '@',
      '@@',
      '.',
      '\\',
      '\n',
      'a',
      '1',
      ' ',
      '\u0000',
      '\ud83d',
    ];
    for (const first of pieces)
      for (const second of pieces)
        for (const third of pieces) {
          expect(tokenise(first + second + third).length).toBeLessThanOrEqual(6);
        }
  });
});

describe('called functions', () => {
  it.each<[string, string[]]>([
    ["select encode('a','b')", ['ENCODE']],
    ['select ENCODE ( a )', ['ENCODE']],
    ['select `encode`(1)', ['ENCODE']],
    ["select 'encode(' -- encode(\n", []],
    ['select db.area(1), t.x', []],
    ['insert into area (a) values (1)', ['VALUES']],
    ['create table x (y int)', []],
    ['call within(1)', []],
    ['set @encode = 1', []],
  ])('%s', (sql, expected) => {
    expect(calledFunctions(tokenise(sql))).toEqual(expected);
  });
});

describe('GROUP BY with an order', () => {
  it.each<[string, boolean]>([
    ['select a from t group by a desc', true],
    ['select a from t group by f(a, b) asc with rollup', true],
    ['select a from t group by a, b DESC having 1', true],
    ['select a from (select b from t group by b desc) q', true],
    ['select a from t group by a order by a desc', false],
    ['select group_concat(a order by b desc) from t group by c', false],
    ['select a from t where b in (select c from d group by c) order by a desc', false],
    ['select `group` from t order by `by` desc', false],
    ['begin select a from t group by a; select b from t order by b desc; end', false],
    ['select a from t group by `desc`', false],
  ])('%s: %s', (sql, expected) => {
    expect(hasOrderedGroupBy(tokenise(sql))).toBe(expected);
  });
});

it.each<[string, string[]]>([
  ['select * from .t', ['t']],
  ['select .t.c from a join .`b c`', ['t', 'b c']],
  ['update .t set x = .5', ['t']],
  ['select a .b, t.c, `q`.d, count(*).e, 1.5, .5 from t', []],
  ['select a.* from a, .b', ['b']],
  ["select '.t' /* .t */", []],
])('bare periods in %s', (sql, expected) => {
  expect(namesAfterBarePeriod(tokenise(sql))).toEqual(expected);
});

it.each<[string, string[]]>([
  ['select sql_cache a', ['SQL_CACHE']],
  ['select SQL_NO_CACHE a; flush query cache', ['SQL_NO_CACHE', 'QUERY CACHE']],
  ["select 'SQL_CACHE', `sql_cache`, query, cache", []],
])('query cache words in %s', (sql, expected) => {
  expect(queryCacheWords(tokenise(sql))).toEqual(expected);
});

it('measures ENUM and SET elements in characters', () => {
  expect(longestElement(tokenise(`enum('a','${'ü'.repeat(256)}','b')`))).toBe(256);
  expect(longestElement(tokenise(`declare x SET('${'😀'.repeat(7)}', 'it''s')`))).toBe(7);
  expect(longestElement(tokenise("set x = ('long literal'), y = concat('another')"))).toBe(0);
});

it('sees DDL behind comments', () => {
  expect(isDdl('/* a */ -- b\n alter table t force')).toBe(true);
  expect(isDdl("select 'alter table'")).toBe(false);
});
