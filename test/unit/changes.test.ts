/** Changes of green: what is read of a file, and what is said of each statement before it runs. */
import { changeProblems, verdictOf, type Waivers } from '../../actions/changes/change-problems';
import { intendedByChanges } from '../../actions/changes/intended';
import { judgeChanges, readChanges, type Conversions, type Judgement } from '../../actions/changes/judge-changes';
import { parseChange } from '../../actions/changes/parse-change';
import { typeText, type Column, type Table } from '../../actions/changes/table-model';
import { statementsOf } from '../../actions/changes/tokens';
import { tableQuestions } from '../../actions/mysql/change-queries';
import { rowsOfTable } from '../../actions/mysql/change-rows';
import type { GreenChange } from '../../actions/state/format';

const NO_WAIVERS: Waivers = { waivers: [], today: '2026-11-20' };
const NONE: Conversions = { blue: '', green: '' };

function column(name: string, type: string, more: Partial<Column> = {}): Column {
  const isText = /char|text|enum|set/.test(type);
  return {
    name,
    type,
    isNullable: true,
    hasDefault: false,
    isAutoIncrement: false,
    isGenerated: false,
    charset: isText ? 'utf8mb4' : undefined,
    collation: isText ? 'utf8mb4_general_ci' : undefined,
    ...more,
  };
}

const ORDERS: Table = {
  schema: 'shop',
  table: 'orders',
  columns: [
    column('id', 'bigint unsigned', { isNullable: false, isAutoIncrement: true }),
    column('customer', 'int', { isNullable: false }),
    column('state', "enum('open','paid')"),
    column('code', 'varchar(20)'),
    column('total', 'decimal(10,2)'),
  ],
  indexes: [
    { name: 'PRIMARY', kind: 'unique', columns: ['id'] },
    { name: 'code', kind: 'unique', columns: ['code'] },
    { name: 'by_customer', kind: 'plain', columns: ['customer'] },
  ],
  foreignKeys: ['orders_customer'],
  checks: [],
  triggers: [],
  partitioning: undefined,
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  lines: [
    '`id` bigint unsigned NOT NULL AUTO_INCREMENT',
    '`customer` int NOT NULL',
    "`state` enum('open','paid') DEFAULT NULL",
    '`code` varchar(20) DEFAULT NULL',
    '`total` decimal(10,2) DEFAULT NULL',
    'PRIMARY KEY (`id`)',
    'UNIQUE KEY `code` (`code`)',
    'KEY `by_customer` (`customer`)',
    'CONSTRAINT `orders_customer` FOREIGN KEY (`customer`) REFERENCES `customers` (`id`)',
  ],
};

interface World {
  readonly blue?: Table;
  readonly green?: Table | undefined;
  readonly conversions?: Conversions;
  readonly recorded?: GreenChange['status'];
}

function judge(
  sql: string,
  { blue = ORDERS, green = blue, conversions = NONE, recorded }: World = {},
): readonly Judgement[] {
  const statements = readChanges([{ file: 'a.sql', sql }]);
  return judgeChanges(statements, new Map([['shop.orders', { blue, green }]]), conversions, () => recorded);
}

function codes(sql: string, world: World = {}): readonly string[] {
  return changeProblems(judge(sql, world), NO_WAIVERS).map(({ code }) => code);
}

describe('a file of statements', () => {
  it('is cut at semicolons that end a statement, with the line on which each begins', () => {
    const sql = "-- first; no\nCREATE INDEX a ON s.t (x) COMMENT 'a;b';\n\n/* c; */ DROP INDEX `b;` ON s.t;\n# end;\n;";
    expect(statementsOf(sql)).toEqual([
      { text: "CREATE INDEX a ON s.t (x) COMMENT 'a;b'", line: 2 },
      { text: 'DROP INDEX `b;` ON s.t', line: 4 },
    ]);
  });

  it.each([
    ['UPDATE shop.orders SET total = 0'],
    ['ALTER TABLE shop.orders ADD INDEX (total)'],
    ['ALTER TABLE orders ADD x INT'],
    ['ALTER TABLE shop.orders CONVERT TO CHARACTER SET latin1'],
    ['ALTER TABLE shop.orders ENGINE=MyISAM'],
    ['CREATE INDEX a ON shop.orders (x) /*!80000 INVISIBLE */'],
    ['CREATE TRIGGER shop.t BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.total = 0'],
    ['ALTER TABLE shop.orders ADD x INT, ADD'],
    ['CREATE TABLE shop.copy LIKE shop.orders'],
    ['ALTER TABLE shop.orders ADD (x INT, UNIQUE u (x))'],
    ['ALTER TABLE shop.orders ADD FOREIGN KEY f (customer) REFERENCES shop.people (id)'],
  ])('%s is not understood, and so refused', (sql) => {
    expect(parseChange(sql).is).toBe('not-understood');
    expect(codes(sql)).toEqual(['change-not-understood']);
  });

  it.each([
    ['INT(11)', 'int'],
    ['INTEGER UNSIGNED ZEROFILL', 'int unsigned'],
    ['BOOL', 'tinyint'],
    ['NUMERIC(6)', 'decimal(6,0)'],
    ['CHAR', 'char(1)'],
    ['DATETIME(0)', 'datetime'],
    ["ENUM('A', 'b C')", "enum('A','b C')"],
  ])('the type %s is the same as %s', (written, known) => {
    expect(typeText(written)).toBe(known);
  });
});

describe('a change that is safe both ways', () => {
  it.each([
    ['CREATE INDEX by_total ON shop.orders (total DESC, code(4))'],
    ['DROP INDEX by_customer ON shop.orders'],
    ['ALTER TABLE shop.orders ADD COLUMN note VARCHAR(40), ADD INDEX by_note (note), ALGORITHM=INPLACE, LOCK=NONE'],
    ['ALTER TABLE shop.orders ADD COLUMN n INT NOT NULL DEFAULT 0'],
    ['ALTER TABLE shop.orders ADD COLUMN g INT GENERATED ALWAYS AS (customer + 1) VIRTUAL'],
    ["ALTER TABLE shop.orders COMMENT='large', ROW_FORMAT=DYNAMIC"],
    ['ALTER TABLE shop.orders RENAME COLUMN total TO amount'],
    ['ALTER TABLE shop.orders PARTITION BY HASH(id) PARTITIONS 4'],
    ["ALTER TABLE shop.orders MODIFY state ENUM('open','paid') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"],
  ])('%s', (sql) => {
    expect(codes(sql)).toEqual([]);
    expect(judge(sql).map(({ is }) => is)).toEqual(['needed']);
  });
});

describe('a change that replication or the way back does not bear', () => {
  it.each([
    ['ALTER TABLE shop.orders MODIFY customer BIGINT NOT NULL', ['change-breaks-replication']],
    ['ALTER TABLE shop.orders MODIFY customer INT UNSIGNED NOT NULL', ['change-breaks-replication']],
    ['ALTER TABLE shop.orders MODIFY code VARCHAR(50)', ['change-breaks-replication']],
    ['ALTER TABLE shop.orders MODIFY code VARCHAR(20) CHARACTER SET latin1', ['change-breaks-replication']],
    ["ALTER TABLE shop.orders MODIFY state ENUM('paid','open')", ['change-breaks-replication']],
    ['ALTER TABLE shop.orders ADD COLUMN x INT AFTER id', ['change-breaks-replication']],
    ['ALTER TABLE shop.orders MODIFY code VARCHAR(20) FIRST', ['change-breaks-replication']],
    ['ALTER TABLE shop.orders DROP COLUMN state', ['change-breaks-replication']],
    ['DROP TABLE shop.orders', ['change-breaks-replication']],
    ['CREATE TABLE shop.later (id INT PRIMARY KEY)', ['change-breaks-way-back']],
    ["ALTER TABLE shop.orders MODIFY state ENUM('open','paid','lost')", ['change-may-stop-way-back']],
    ['ALTER TABLE shop.orders DROP COLUMN total', ['change-may-stop-way-back']],
    ['ALTER TABLE shop.orders MODIFY customer INT NULL', ['change-may-stop-way-back']],
    ['DROP INDEX code ON shop.orders', ['change-may-stop-way-back']],
    ['ALTER TABLE shop.orders DROP FOREIGN KEY orders_customer', ['change-may-stop-way-back']],
    ['ALTER TABLE shop.orders MODIFY total DECIMAL(10,2) NOT NULL', ['change-may-stop-replication']],
    ['ALTER TABLE shop.orders ADD COLUMN n INT NOT NULL', ['change-may-stop-replication']],
    ['ALTER TABLE shop.orders ADD UNIQUE INDEX u (customer)', ['change-may-stop-replication']],
    ['ALTER TABLE shop.orders ADD CONSTRAINT c CHECK (total > 0)', ['change-may-stop-replication']],
    [
      'ALTER TABLE shop.orders ADD CONSTRAINT f FOREIGN KEY (customer) REFERENCES shop.people (id)',
      ['change-may-stop-replication'],
    ],
    [
      'ALTER TABLE shop.orders PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (9))',
      ['change-may-stop-replication'],
    ],
    [
      'ALTER TABLE shop.orders MODIFY code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci',
      ['change-may-stop-replication', 'change-may-stop-way-back'],
    ],
    [
      'ALTER TABLE shop.orders DROP PRIMARY KEY, DROP INDEX code, MODIFY id BIGINT UNSIGNED NOT NULL',
      ['change-may-stop-replication', 'change-may-stop-way-back'],
    ],
    // Without a collation the server decides, and what it decides on may find texts equal that blue does not.
    [
      'ALTER TABLE shop.orders MODIFY code VARCHAR(20) CHARACTER SET utf8mb4',
      ['change-may-stop-replication', 'change-may-stop-way-back'],
    ],
  ])('%s', (sql, expected) => {
    expect(codes(sql)).toEqual(expected);
  });

  it('does not take a number that rows bring along for one that green gives itself', () => {
    const blue: Table = {
      ...ORDERS,
      indexes: [{ name: 'by_id', kind: 'plain', columns: ['id'] }],
    };
    const [judgement] = judge('ALTER TABLE shop.orders ADD PRIMARY KEY (id)', { blue, green: blue });
    expect(judgement?.forward.map(({ weight }) => weight)).toEqual(['may-break']);
    const [numbered] = judge('ALTER TABLE shop.orders ADD n BIGINT AUTO_INCREMENT PRIMARY KEY', {
      blue: { ...blue, columns: blue.columns.slice(1) },
      green: { ...blue, columns: blue.columns.slice(1) },
    });
    expect(numbered?.forward).toEqual([]);
  });

  it('says of a foreign key that changes rows by itself that the other side keeps them', () => {
    const added = 'ADD CONSTRAINT f FOREIGN KEY (customer) REFERENCES shop.people (id)';
    const back = (change: string, blue = ORDERS): readonly string[] =>
      (judge(`ALTER TABLE shop.orders ${change}`, { blue })[0]?.back ?? []).map(({ text }) => text);
    const forward = (change: string, blue = ORDERS): readonly string[] =>
      (judge(`ALTER TABLE shop.orders ${change}`, { blue })[0]?.forward ?? []).map(({ text }) => text);
    expect(back(`${added} ON DELETE RESTRICT ON UPDATE NO ACTION`)).toEqual([]);
    const silently = (name: string, side: string, other: string): string =>
      `when a parent row goes, ${name} silently deletes or changes rows on ${side}, and they stay on ${other}: cascades are not logged`;
    for (const action of ['ON DELETE CASCADE', 'ON UPDATE SET NULL']) {
      expect(back(`${added} ${action}`)).toEqual([silently('f', 'green', 'blue')]);
      expect(forward(`${added} ${action}`)).toContain(silently('f', 'green', 'blue'));
    }
    const dropped = 'DROP FOREIGN KEY orders_customer';
    expect(forward(dropped)).toEqual([]);
    const cascading = {
      ...ORDERS,
      lines: ORDERS.lines.map((line) => (line.includes('FOREIGN') ? `${line} ON DELETE CASCADE` : line)),
    };
    expect(forward(dropped, cascading)).toEqual([silently('orders_customer', 'blue', 'green')]);
    expect(back(dropped, cascading)).toContain(silently('orders_customer', 'blue', 'green'));
  });

  it('does not take other ranges for the same', () => {
    const ranges: Table = { ...ORDERS, partitioning: 'RANGE' };
    const sql = 'ALTER TABLE shop.orders PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (9))';
    const [judgement] = judge(sql, { blue: ranges, green: ranges });
    expect([judgement?.forward, judgement?.back].map((found) => found?.map(({ weight }) => weight))).toEqual([
      ['may-break'],
      ['may-break'],
    ]);
  });

  it('passes a wider type where the replica converts it, and then says that there is no way back', () => {
    const world = { conversions: { blue: '', green: 'ALL_NON_LOSSY' } };
    expect(codes('ALTER TABLE shop.orders MODIFY customer BIGINT NOT NULL', world)).toEqual(['change-breaks-way-back']);
    expect(codes('ALTER TABLE shop.orders MODIFY customer SMALLINT NOT NULL', world)).toEqual([
      'change-breaks-replication',
    ]);
  });

  it('is refused unless a waiver in force names it; what breaks replication cannot be waived', () => {
    const refused = (check: string, object: string, sql: string, until = '2026-11-20'): number =>
      changeProblems(judge(sql), { ...NO_WAIVERS, waivers: [{ check, object, reason: 'r', until }] }).length;
    const unique = 'CREATE UNIQUE INDEX u ON shop.orders (customer)';
    expect(refused('change-may-stop-replication', 'a.sql:1', unique)).toBe(0);
    expect(refused('change-may-stop-replication', 'a.sql:*', unique)).toBe(0);
    expect(refused('change-may-stop-replication', 'a.sql:2', unique)).toBe(1);
    expect(refused('change-breaks-way-back', 'a.sql:1', unique)).toBe(1);
    expect(refused('change-may-stop-replication', 'a.sql:1', unique, '2026-11-19')).toBe(1);
    expect(refused('change-breaks-replication', '*', 'DROP TABLE shop.orders')).toBe(1);
  });

  it('tells of each direction what it found', () => {
    const [judgement] = judge('ALTER TABLE shop.orders ADD COLUMN note INT');
    expect(judgement && verdictOf(judgement)).toBe(
      'rows of blue on green: safe; rows of green on blue after the cutover: safe (what green has in the column note does not reach blue, which has none)',
    );
  });
});

describe('what is there already', () => {
  const FILE =
    'CREATE INDEX by_total ON shop.orders (total); ALTER TABLE shop.orders ADD COLUMN note INT; ' +
    'ALTER TABLE shop.orders DROP INDEX by_customer';

  /** Green after the first statements of the file. */
  function greenAfter(count: number): Table {
    const after = judge(FILE)[count - 1]?.after;
    if (!after) throw new Error('it was not foreseen');
    return after;
  }

  it.each([1, 2, 3])('%i statements of a file are found on green, and the rest is needed', (count) => {
    const found = judge(FILE, { green: greenAfter(count) }).map(({ is }) => is);
    expect(found).toEqual([0, 1, 2].map((index) => (index < count ? 'there' : 'needed')));
  });

  it('is needed again when somebody has taken it away, whatever is recorded', () => {
    const sql = 'CREATE INDEX by_total ON shop.orders (total)';
    expect(judge(sql, { recorded: 'done' }).map(({ is }) => is)).toEqual(['needed']);
  });

  it.each([
    ['ALTER TABLE shop.orders ALTER COLUMN customer SET DEFAULT 5'],
    ["ALTER TABLE shop.orders MODIFY customer INT NOT NULL DEFAULT 5 COMMENT 'buyer'"],
    ['ALTER TABLE shop.orders PARTITION BY HASH(id) PARTITIONS 8'],
  ])('is not said to be there of what blue looks like too, but for the record: %s', (sql) => {
    const blue: Table = {
      ...ORDERS,
      columns: ORDERS.columns.map((one) => (one.name === 'customer' ? { ...one, hasDefault: true } : one)),
      partitioning: 'HASH',
    };
    const is = (recorded?: GreenChange['status']): readonly string[] =>
      judge(sql, { blue, ...(recorded === undefined ? {} : { recorded }) }).map((one) => one.is);
    expect([is(), is('begun'), is('done')]).toEqual([['needed'], ['needed'], ['there']]);
  });

  it('is settled by the record where a later statement covers it', () => {
    const sql =
      'ALTER TABLE shop.orders DROP INDEX by_customer; CREATE INDEX by_customer ON shop.orders (customer, id)';
    const green: Table = {
      ...ORDERS,
      indexes: [...ORDERS.indexes.slice(0, 2), { name: 'by_customer', kind: 'plain', columns: ['customer', 'id'] }],
    };
    expect(judge(sql, { green, recorded: 'done' }).map(({ is }) => is)).toEqual(['there', 'there']);
  });

  it('is refused when an object of that name is another one, or is not there to be dropped', () => {
    expect(codes('CREATE INDEX by_customer ON shop.orders (total)')).toEqual(['change-impossible']);
    expect(codes('DROP INDEX nothing ON shop.orders')).toEqual(['change-impossible']);
    expect(codes('CREATE INDEX i ON shop.orders (nothing)')).toEqual(['change-impossible']);
  });

  it('asks a person when a statement that nothing shows was begun', () => {
    const sql = 'CREATE TRIGGER shop.t BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.total = 0';
    expect(codes(sql, { recorded: 'begun' })).toEqual(['change-outcome-unknown']);
    expect(codes(sql, { recorded: 'done' })).toEqual([]);
  });

  it('reads a table as the server tells it', () => {
    const questions = tableQuestions('9.7.4', ORDERS);
    const answer = <T>({ name, parse }: { name: string; parse: (rows: never) => T }): T =>
      parse(rowsOfTable(name, ORDERS) as never);
    const { table, columns, indexes, constraints } = questions;
    expect({ ...answer(table), columns: answer(columns), indexes: answer(indexes), ...answer(constraints) }).toEqual({
      charset: ORDERS.charset,
      collation: ORDERS.collation,
      partitioning: undefined,
      columns: ORDERS.columns,
      indexes: ORDERS.indexes,
      foreignKeys: ORDERS.foreignKeys,
      checks: [],
      triggers: [],
    });
  });
});

describe('an undo', () => {
  it.each([
    ['CREATE INDEX i ON shop.orders (total)', 'ALTER TABLE `shop`.`orders` DROP INDEX `i`', false],
    ['DROP INDEX code ON shop.orders', 'ALTER TABLE `shop`.`orders` ADD UNIQUE KEY `code` (`code`)', false],
    ['ALTER TABLE shop.orders ADD COLUMN n INT', 'ALTER TABLE `shop`.`orders` DROP COLUMN `n`', true],
    [
      'ALTER TABLE shop.orders MODIFY customer INT NULL, ADD INDEX i (total)',
      'ALTER TABLE `shop`.`orders` DROP INDEX `i`, CHANGE COLUMN `customer` `customer` int NOT NULL AFTER `id`',
      false,
    ],
    [
      'ALTER TABLE shop.orders DROP FOREIGN KEY orders_customer',
      'ALTER TABLE `shop`.`orders` ADD CONSTRAINT `orders_customer` FOREIGN KEY (`customer`) REFERENCES `customers` (`id`)',
      false,
    ],
    [
      'ALTER TABLE shop.orders DROP PRIMARY KEY, ADD PRIMARY KEY (code, id)',
      'ALTER TABLE `shop`.`orders` DROP PRIMARY KEY, MODIFY COLUMN `code` varchar(20) DEFAULT NULL, ADD PRIMARY KEY (`id`)',
      false,
    ],
    [
      'ALTER TABLE shop.orders MODIFY code VARCHAR(20) NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (code)',
      'ALTER TABLE `shop`.`orders` DROP PRIMARY KEY, ADD PRIMARY KEY (`id`), CHANGE COLUMN `code` `code` varchar(20) DEFAULT NULL AFTER `state`',
      false,
    ],
    [
      'ALTER TABLE shop.orders ADD CONSTRAINT f FOREIGN KEY (total) REFERENCES shop.sums (id)',
      'ALTER TABLE `shop`.`orders` DROP FOREIGN KEY `f`, DROP INDEX `f`',
      false,
    ],
    [
      'ALTER TABLE shop.orders ADD CONSTRAINT f FOREIGN KEY (customer) REFERENCES shop.people (id)',
      'ALTER TABLE `shop`.`orders` DROP FOREIGN KEY `f`',
      false,
    ],
    [
      'ALTER TABLE shop.orders ADD INDEX i (total, id), ADD CONSTRAINT f FOREIGN KEY (total) REFERENCES shop.sums (id)',
      'ALTER TABLE `shop`.`orders` DROP FOREIGN KEY `f`, DROP INDEX `i`',
      false,
    ],
    [
      'ALTER TABLE shop.orders RENAME INDEX by_customer TO i',
      'ALTER TABLE `shop`.`orders` RENAME INDEX `i` TO `by_customer`',
      false,
    ],
  ])('of %s', (sql, expected, losesData) => {
    expect(judge(sql)[0]?.inverse).toEqual({ is: 'statement', sql: expected, losesData });
  });

  it.each([
    ['ALTER TABLE shop.orders DROP COLUMN total', 'the values of total are gone'],
    ["ALTER TABLE shop.orders COMMENT 'x'", 'it is of no weight for rows, so what was before is not kept'],
  ])('of %s is none', (sql, why) => {
    expect(judge(sql)[0]?.inverse).toEqual({ is: 'none', why });
  });
});

it('names what differs by a change as the comparison of schemas does, each once', () => {
  const objects = (sql: string): readonly string[] => judge(sql)[0]?.objects ?? [];
  expect(objects('ALTER TABLE shop.orders ADD n INT UNIQUE, ADD INDEX i (n), ADD CONSTRAINT c CHECK (n > 0)')).toEqual([
    'column shop.orders.n',
    'index shop.orders.n',
    'index shop.orders.i',
    'check shop.orders.c',
  ]);
  expect(objects('ALTER TABLE shop.orders RENAME COLUMN customer TO buyer')).toEqual([
    'column shop.orders.customer',
    'column shop.orders.buyer',
    'index shop.orders.by_customer',
  ]);
  expect(objects("ALTER TABLE shop.orders COMMENT 'x'")).toEqual(['table shop.orders']);
  const change = { objects: ['index shop.orders.i'] } as unknown as GreenChange;
  expect(intendedByChanges({ greenChanges: [change, change] })).toEqual(['index shop.orders.i']);
  expect(intendedByChanges({})).toEqual([]);
});
