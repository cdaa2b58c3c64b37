/** What two versions write otherwise is one text; what differs stays two. The texts are what 5.7.29 and 9.7.4 answered. */
import { modesText, typeText, wording } from '../../actions/mysql/verify-wording';

const same = (blue: string, green: string): boolean => wording(blue, false) === wording(green, false);

describe('between series', () => {
  it.each([
    ['NOT of a number', '(not(`p`.`a`.`n`))', '(0 = `p`.`a`.`n`)'],
    ['REGEXP', "(`p`.`a`.`v` regexp '^a')", "regexp_like(`p`.`a`.`v`,'^a')"],
    ['columns of a view', 'select `s`.`email` AS `email`', 'select `shop`.`s`.`email` AS `email`'],
    [
      'literals of a generated column',
      "concat(`v`,'x\\'y',_latin1'b')",
      "concat(`v`,_utf8mb4\\'x\\\\\\'y\\',_latin1\\'b\\')",
    ],
    ['partitions', 'day MOD 3', '(`day` % 3)'],
  ])('%s reads alike', (_, blue, green) => {
    expect(same(blue, green)).toBe(true);
  });

  it.each([
    ['an operator', '(`a` > 1)', '(`a` >= 1)'],
    ['a name', '(`a` > 1)', '(`b` > 1)'],
    ['a literal', "(`a` like 'a%')", "(`a` like 'b%')"],
    ['the case of a literal', "'A'", "'a'"],
    ['a literal in brackets', "'(a)'", "'a'"],
    ['a function', 'max(`a`)', 'min(`a`)'],
    ['a kind of join', '`a` left join `b`', '`a` join `b`'],
    ['a table of another schema', 'from `shop`.`a`', 'from `old`.`a`'],
  ])('%s does not', (_, blue, green) => {
    expect(same(blue, green)).toBe(false);
  });
});

it('within a series a text is taken as it is', () => {
  expect(wording('(`a` = 1)', true)).toBe('(`a` = 1)');
});

it('modes that were removed and display widths do not count', () => {
  expect(modesText('STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,ANSI_QUOTES')).toBe('STRICT_TRANS_TABLES,ANSI_QUOTES');
  expect(['int(11) unsigned', 'tinyint(1)', 'int(5) unsigned zerofill', 'decimal(5,2)'].map(typeText)).toEqual([
    'int unsigned',
    'tinyint(1)',
    'int(5) unsigned zerofill',
    'decimal(5,2)',
  ]);
});
