/** One of every kind of object, with what versions write otherwise; and a change of each that only green has seen. */

/** Carried out on blue; green gets them by replication. */
export const OBJECTS: readonly string[] = [
  'CREATE DATABASE app CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
  'CREATE DATABASE old CHARACTER SET latin1',
  `CREATE TABLE app.customers (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT '', flag TINYINT(1) DEFAULT '0',
     wide INT(5) ZEROFILL, born YEAR, spot POINT NOT NULL, words TEXT, seen TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
     made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, bits BIT(3) DEFAULT b'101', kind ENUM('a','b') DEFAULT 'a', j JSON,
     SPATIAL KEY spot (spot), FULLTEXT KEY words (words), UNIQUE KEY name (name), KEY part (words(10), flag)) COMMENT 'who pays'`,
  `CREATE TABLE app.orders (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, customer INT, n INT, amount DECIMAL(9,2) DEFAULT '1.50' COMMENT 'with tax',
     at DATETIME, twice INT GENERATED ALWAYS AS (n * 2 + 1) VIRTUAL,
     label VARCHAR(80) GENERATED ALWAYS AS (CONCAT('it''s ', IF(n > 3 AND NOT n = 7, 'a', _latin1'b'))) STORED,
     KEY at (at, customer), KEY customer (customer), KEY amount (amount),
     CONSTRAINT pays FOREIGN KEY (customer) REFERENCES app.customers (id) ON DELETE NO ACTION ON UPDATE CASCADE) CHARACTER SET utf8`,
  `CREATE TABLE app.days (day INT NOT NULL, n INT, KEY (day)) PARTITION BY RANGE (day) SUBPARTITION BY HASH (day MOD 3) SUBPARTITIONS 2
     (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)`,
  `CREATE VIEW app.plain AS SELECT id, name, flag + 1 AS m FROM app.customers WHERE name LIKE 'a%' AND NOT (flag = 3) OR kind IN ('x', 'y')`,
  `CREATE VIEW app.wordy AS SELECT CASE WHEN name = 'ä(' THEN 1 ELSE 0 END k, name COLLATE utf8mb4_bin w, j->>'$.a' x, DATE_ADD(seen, INTERVAL 1 DAY) y,
     !flag z, flag DIV 2, flag MOD 2 md, name REGEXP '^a' r, flag << 1 s, seen >= '2020-01-01' g, IFNULL(flag, 0) i, CAST(flag AS CHAR) c,
     CONVERT(name USING latin1) l, EXISTS (SELECT 1 FROM app.orders WHERE id = 3) e FROM app.customers`,
  `CREATE VIEW app.totals AS SELECT c.kind, COUNT(*) n, GROUP_CONCAT(DISTINCT c.name ORDER BY c.name SEPARATOR '-') names, SUM(o.amount) total
     FROM app.customers c LEFT JOIN app.orders o ON o.customer = c.id WHERE o.amount BETWEEN 1 AND 5 GROUP BY c.kind HAVING n > 1 ORDER BY 1 LIMIT 5`,
  'CREATE SQL SECURITY INVOKER VIEW app.few AS SELECT id FROM app.orders WHERE id > 0 WITH CASCADED CHECK OPTION',
  `CREATE VIEW app.refusing AS SELECT id FROM app.customers c WHERE name NOT LIKE 'a%' AND flag NOT IN (1, 2) AND flag NOT BETWEEN 5 AND 6
     AND NOT EXISTS (SELECT 1 FROM app.orders o WHERE o.customer = c.id AND o.amount IS NOT TRUE) AND name NOT REGEXP 'b' AND NOT flag
     AND id NOT IN (SELECT customer FROM app.orders) AND (words IS NULL XOR flag) AND name <=> kind AND NOT (flag AND id)`,
  `CREATE VIEW app.counting AS SELECT CAST(name AS BINARY) b, CAST(j AS SIGNED) s, CAST(amount AS DECIMAL(5,1)) d, at + INTERVAL 1 DAY i,
     EXTRACT(YEAR FROM at) y, DATE_FORMAT(at, '%Y') f, SUBSTRING(name, 2, 3) ss, TRIM(LEADING 'x' FROM name) t, POSITION('a' IN name) p, name LIKE 'a|%' ESCAPE '|' l,
     MATCH (words) AGAINST ('b' IN BOOLEAN MODE) m, ROUND(amount, 1) r, CHAR(65 USING utf8) ch, _utf8'x' u, N'y' n, X'41' h, b'1' bi, 1e3 e, -amount neg,
     DATE'2020-01-01' da, TIMESTAMP'2020-01-01 00:00:00' ts, UNIX_TIMESTAMP(at) ut, ST_AsText(spot) w, SHA2(name, 256) md, COALESCE(flag, 1) c, UTC_DATE() ud,
     CURRENT_USER() cu, COUNT(DISTINCT kind, flag) cd, STD(amount) sd, BIT_AND(flag) ba, JSON_OBJECT('a', flag) jo
     FROM app.customers JOIN app.orders USING (id) GROUP BY 1, 2`,
  'CREATE VIEW old.above AS SELECT p.name, few.id FROM app.plain p JOIN app.few ON few.id = p.id WHERE p.m > 1',
  `CREATE PROCEDURE app.note(IN a INT(5), OUT b VARCHAR(20), INOUT c DECIMAL(5,2)) COMMENT 'why' BEGIN SELECT 'ä' INTO b; END`,
  'CREATE FUNCTION app.tax(a BIGINT) RETURNS VARCHAR(10) CHARSET latin1 DETERMINISTIC NO SQL RETURN "x"',
  'CREATE TRIGGER app.before_order BEFORE INSERT ON app.orders FOR EACH ROW SET NEW.amount = NEW.amount + 1',
  "CREATE EVENT app.nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' COMMENT 'c' DO DELETE FROM app.days WHERE n = 1",
  "CREATE EVENT app.once ON SCHEDULE AT '2030-01-01 00:00:00' ON COMPLETION PRESERVE DO DELETE FROM app.days",
  "INSERT INTO app.customers (name, spot, words) VALUES ('a', ST_GeomFromText('POINT(1 1)'), 'b')",
];

export interface Change {
  /** On green alone. */
  readonly sql: readonly string[];
  /** What must be named, and nothing else. */
  readonly object: string;
}

export const CHANGES: readonly Change[] = [
  { sql: ['ALTER DATABASE old CHARACTER SET utf8mb4'], object: 'schema old' },
  { sql: ["ALTER TABLE app.customers COMMENT 'nobody'"], object: 'table app.customers' },
  { sql: ["ALTER TABLE app.orders ALTER amount SET DEFAULT '1.51'"], object: 'column app.orders.amount' },
  { sql: ['ALTER TABLE app.customers ALTER name DROP DEFAULT'], object: 'column app.customers.name' },
  {
    sql: ['ALTER TABLE app.orders MODIFY twice INT GENERATED ALWAYS AS (n * 3 + 1) VIRTUAL'],
    object: 'column app.orders.twice',
  },
  {
    sql: ["ALTER TABLE app.orders MODIFY amount DECIMAL(9,2) DEFAULT (1.50) COMMENT 'with tax'"],
    object: 'column app.orders.amount',
  },
  { sql: ['ALTER TABLE app.orders ALTER INDEX amount INVISIBLE'], object: 'index app.orders.amount' },
  {
    sql: ['ALTER TABLE app.orders DROP KEY at, ADD KEY at (at DESC, customer)'],
    object: 'index app.orders.at',
  },
  {
    sql: ['ALTER TABLE app.orders DROP KEY at, ADD KEY at ((n + 1), customer)'],
    object: 'index app.orders.at',
  },
  { sql: ['ALTER TABLE app.customers DROP KEY name, ADD KEY name (name)'], object: 'index app.customers.name' },
  {
    sql: [
      'ALTER TABLE app.orders DROP FOREIGN KEY pays',
      'ALTER TABLE app.orders ADD CONSTRAINT pays FOREIGN KEY (customer) REFERENCES app.customers (id) ON DELETE CASCADE ON UPDATE CASCADE',
    ],
    object: 'foreign key app.orders.pays',
  },
  {
    sql: [
      'ALTER TABLE app.days REORGANIZE PARTITION p0 INTO (PARTITION p VALUES LESS THAN (9), PARTITION p0 VALUES LESS THAN (10))',
    ],
    object: 'partitions app.days',
  },
  {
    sql: ['ALTER TABLE app.orders ADD CONSTRAINT positive CHECK (amount > 0)'],
    object: 'check app.orders.positive',
  },
  {
    sql: [
      "CREATE OR REPLACE VIEW app.plain AS SELECT id, name, flag + 1 AS m FROM app.customers WHERE name LIKE 'b%' AND NOT (flag = 3) OR kind IN ('x', 'y')",
    ],
    object: 'view app.plain',
  },
  {
    sql: [
      'CREATE OR REPLACE SQL SECURITY INVOKER VIEW app.few AS SELECT id FROM app.orders WHERE id >= 0 WITH CASCADED CHECK OPTION',
    ],
    object: 'view app.few',
  },
  {
    sql: ['CREATE OR REPLACE SQL SECURITY INVOKER VIEW app.few AS SELECT id FROM app.orders WHERE id > 0'],
    object: 'view app.few',
  },
  {
    sql: [
      "CREATE OR REPLACE DEFINER = 'somebody'@'%' SQL SECURITY INVOKER VIEW app.few AS SELECT id FROM app.orders WHERE id > 0 WITH CASCADED CHECK OPTION",
    ],
    object: 'view app.few',
  },
  {
    sql: [
      `CREATE OR REPLACE VIEW app.refusing AS SELECT id FROM app.customers c WHERE name NOT LIKE 'b%' AND flag NOT IN (1, 2) AND flag NOT BETWEEN 5 AND 6
         AND NOT EXISTS (SELECT 1 FROM app.orders o WHERE o.customer = c.id AND o.amount IS NOT TRUE) AND name NOT REGEXP 'b' AND NOT flag
         AND id NOT IN (SELECT customer FROM app.orders) AND (words IS NULL XOR flag) AND name <=> kind AND NOT (flag AND id)`,
    ],
    object: 'view app.refusing',
  },
  {
    sql: [
      'CREATE OR REPLACE VIEW old.above AS SELECT p.name, few.id FROM app.plain p JOIN app.few ON few.id = p.id WHERE p.m > 2',
    ],
    object: 'view old.above',
  },
  {
    sql: [
      'DROP PROCEDURE app.note',
      `CREATE PROCEDURE app.note(IN a INT(5), OUT b VARCHAR(20), INOUT c DECIMAL(5,2)) COMMENT 'why' BEGIN SELECT 'ö' INTO b; END`,
    ],
    object: 'procedure app.note',
  },
  {
    sql: [
      'DROP PROCEDURE app.note',
      `CREATE PROCEDURE app.note(IN a INT(5), OUT b VARCHAR(21), INOUT c DECIMAL(5,2)) COMMENT 'why' BEGIN SELECT 'ä' INTO b; END`,
    ],
    object: 'parameters of procedure app.note',
  },
  { sql: ['ALTER FUNCTION app.tax SQL SECURITY INVOKER'], object: 'function app.tax' },
  {
    sql: [
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES'",
      'DROP TRIGGER app.before_order',
      'CREATE TRIGGER app.before_order BEFORE INSERT ON app.orders FOR EACH ROW SET NEW.amount = NEW.amount + 1',
    ],
    object: 'trigger app.before_order',
  },
  {
    sql: [
      'DROP TRIGGER app.before_order',
      "CREATE DEFINER = 'somebody'@'%' TRIGGER app.before_order BEFORE INSERT ON app.orders FOR EACH ROW SET NEW.amount = NEW.amount + 1",
    ],
    object: 'trigger app.before_order',
  },
  { sql: ['DROP TRIGGER app.before_order'], object: 'trigger app.before_order' },
  {
    sql: ["ALTER EVENT app.nightly ON SCHEDULE EVERY 2 DAY STARTS '2030-01-01 00:00:00'"],
    object: 'event app.nightly',
  },
  { sql: ['ALTER EVENT app.once ON COMPLETION NOT PRESERVE'], object: 'event app.once' },
];

/** Differs by right. */
export const HARMLESS: readonly string[] = ['ALTER EVENT app.nightly DISABLE'];
