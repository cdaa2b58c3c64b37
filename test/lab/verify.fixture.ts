/** A table `probe.c_NAME` for each kind of corruption. */
const CORRUPTED: readonly string[] = [
  'missing',
  'extra',
  'byte',
  'empty',
  'trailing',
  'letter',
  'rounding',
  'zone',
  'json',
  'collation',
  'swapped',
];

/** Tables of every kind of key and type, and ten ways in which green can come to have other data, or only look so. */

export const TABLES: readonly string[] = [
  `CREATE DATABASE probe CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
  `CREATE TABLE probe.n (n INT NOT NULL PRIMARY KEY)`,
  `INSERT INTO probe.n SELECT a.d * 20 + b.d FROM
     (SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7
      UNION SELECT 8 UNION SELECT 9) a,
     (SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7
      UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11 UNION SELECT 12 UNION SELECT 13 UNION SELECT 14
      UNION SELECT 15 UNION SELECT 16 UNION SELECT 17 UNION SELECT 18 UNION SELECT 19) b`,
  `CREATE TABLE probe.k_sparse (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, v VARCHAR(20))`,
  `INSERT INTO probe.k_sparse SELECT 18446744073709551615 - n * n * 1000003, 'x' FROM probe.n`,
  `CREATE TABLE probe.k_negative (id INT NOT NULL PRIMARY KEY, v VARCHAR(20))`,
  `INSERT INTO probe.k_negative SELECT n * 7 - 500, CONCAT('v', n) FROM probe.n`,
  `CREATE TABLE probe.k_composite (a INT NOT NULL, b ENUM('z','m','a') NOT NULL, c VARCHAR(10) CHARACTER SET latin1 NOT NULL,
     v INT, PRIMARY KEY (a, b, c))`,
  `INSERT INTO probe.k_composite SELECT n DIV 6, 1 + n MOD 3, CONCAT(CHAR(97 + n MOD 5 USING utf8mb4), 'é', n), n FROM probe.n`,
  `CREATE TABLE probe.k_text (k VARCHAR(40) NOT NULL PRIMARY KEY, v INT)`,
  `INSERT INTO probe.k_text SELECT CONCAT(ELT(1 + n MOD 4, '', 'Ä', 'z 漢', '🙂'), n), n FROM probe.n`,
  `CREATE TABLE probe.k_binary (k BINARY(8) NOT NULL PRIMARY KEY, v INT)`,
  `INSERT INTO probe.k_binary SELECT UNHEX(LEFT(SHA2(n, 256), 16)), n FROM probe.n`,
  `CREATE TABLE probe.k_unique (k VARCHAR(20) NOT NULL, v INT, UNIQUE KEY u (k))`,
  `INSERT INTO probe.k_unique SELECT CONCAT('u', n), n FROM probe.n`,
  `CREATE TABLE probe.k_times (k TIMESTAMP(3) NOT NULL, d DATE NOT NULL, t TIME(1) NOT NULL, f DOUBLE NOT NULL, v INT,
     PRIMARY KEY (k, d, t, f))`,
  `INSERT INTO probe.k_times SELECT '2020-01-01 00:00:00' + INTERVAL n DIV 5 DAY, '2020-01-01' - INTERVAL n DAY,
     SEC_TO_TIME(-n * 100), n * 0.1e0, n FROM probe.n`,
  `CREATE TABLE probe.k_none (k VARCHAR(20), v INT)`,
  `INSERT INTO probe.k_none SELECT IF(n MOD 5 = 0, NULL, CONCAT('u', n MOD 7)), n MOD 2 FROM probe.n`,
  `CREATE TABLE probe.types (id INT NOT NULL PRIMARY KEY, j JSON, f FLOAT, f2 FLOAT(7,2), d DOUBLE, c CHAR(10),
     t VARCHAR(20) CHARACTER SET latin1, x LONGTEXT, e ENUM('a','b'), s SET('x','y'), b BIT(9), y YEAR, g GEOMETRY,
     l MEDIUMBLOB, dt DATETIME(3), ts TIMESTAMP NULL, z INT(5) ZEROFILL, dc DECIMAL(12,4), vb VARBINARY(10),
     gv INT GENERATED ALWAYS AS (id + 1) VIRTUAL)`,
  `INSERT INTO probe.types (id, j, f, f2, d, c, t, x, e, s, b, y, g, l, dt, ts, z, dc, vb)
     SELECT n, JSON_OBJECT('bb', n * 1e0, 'a', JSON_ARRAY(1e0, 1.5, 1e20, n), 's', '1.0, 2'), n * 0.1, n * 1.005, n / 3e0,
       'x  ', 'é''x ', REPEAT('ü', n), 'b', 'x,y', n, 1990 + n MOD 100, ST_GeomFromText('POINT(1 2)'), UNHEX('00ff5c27'),
       '2020-01-01 01:02:03.5', '2020-06-01 01:02:03', n, n / 7, UNHEX('ff00') FROM probe.n`,
  `INSERT INTO probe.types (id) VALUES (1000)`,
  ...CORRUPTED.map(
    (name) => `CREATE TABLE probe.c_${name} (id INT NOT NULL PRIMARY KEY, t VARCHAR(20), d DOUBLE, p DECIMAL(9,4),
      ts TIMESTAMP NULL, j JSON, l BLOB)`,
  ),
  ...CORRUPTED.map(
    (
      name,
    ) => `INSERT INTO probe.c_${name} SELECT n, IF(n = 7, '', CONCAT('Größe', n)), n / 3e0, n / 3, '2020-06-01 12:00:00',
      JSON_OBJECT('b', n, 'a', 'x'), UNHEX('00ff10') FROM probe.n`,
  ),
];

export interface Corruption {
  readonly table: string;
  /** Done on green only, without a trace in its binary log. */
  readonly sql: readonly string[];
  /** Undefined: it must not alarm. */
  readonly found: { readonly key: string; readonly is: string; readonly columns: readonly string[] } | undefined;
}

const changed = (key: string, ...columns: readonly string[]) => ({ key, is: 'changed', columns });

export const CORRUPTIONS: readonly Corruption[] = [
  {
    table: 'c_missing',
    sql: ['DELETE FROM probe.c_missing WHERE id = 5'],
    found: { key: 'id=5', is: 'missing', columns: [] },
  },
  {
    table: 'c_extra',
    sql: ['INSERT INTO probe.c_extra (id) VALUES (777)'],
    found: { key: 'id=777', is: 'extra', columns: [] },
  },
  { table: 'c_byte', sql: ["UPDATE probe.c_byte SET l = UNHEX('00fe10') WHERE id = 5"], found: changed('id=5', 'l') },
  { table: 'c_empty', sql: ['UPDATE probe.c_empty SET t = NULL WHERE id = 7'], found: changed('id=7', 't') },
  {
    table: 'c_trailing',
    sql: ["UPDATE probe.c_trailing SET t = CONCAT(t, ' ') WHERE id = 8"],
    found: changed('id=8', 't'),
  },
  { table: 'c_letter', sql: ['UPDATE probe.c_letter SET t = UPPER(t) WHERE id = 8'], found: changed('id=8', 't') },
  {
    table: 'c_rounding',
    sql: ['UPDATE probe.c_rounding SET d = ROUND(d, 15), p = ROUND(p, 3) WHERE id = 1'],
    found: changed('id=1', 'd', 'p'),
  },
  {
    table: 'c_zone',
    sql: ['UPDATE probe.c_zone SET ts = ts - INTERVAL 1 HOUR WHERE id = 9'],
    found: changed('id=9', 'ts'),
  },
  {
    table: 'c_json',
    sql: [`UPDATE probe.c_json SET j = CONCAT('{"a": "x",   "b": ', id, '}')`],
    found: undefined,
  },
  {
    table: 'c_collation',
    sql: ['ALTER TABLE probe.c_collation MODIFY t VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'],
    found: undefined,
  },
];

/** Two rows with each other's values: sums of a linear checksum would be the same. */
export const SWAPPED = [
  'UPDATE probe.c_swapped a JOIN probe.c_swapped b ON a.id = 20 AND b.id = 21 SET a.t = b.t',
  "UPDATE probe.c_swapped SET t = 'Größe20' WHERE id = 21",
];
