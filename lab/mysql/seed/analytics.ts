/**
 * Schema `analytics`: volume, a table without a key, and one table with every column type and its extremes. Numbers in
 * JSON are integers or doubles with a fraction: the lab's snapshots are text, in which a decimal or a whole double of a
 * 5.7 server is not to be told from the others.
 */

export const ANALYTICS_TABLES: readonly string[] = [
  `CREATE DATABASE analytics CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  `CREATE TABLE analytics.page_views (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    seen_on DATE NOT NULL,
    path VARCHAR(200) NOT NULL,
    referrer VARCHAR(200) NULL,
    duration_ms INT UNSIGNED NOT NULL,
    PRIMARY KEY (id, seen_on),
    KEY path (path(40))
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
  PARTITION BY RANGE COLUMNS (seen_on) (
    PARTITION p2023 VALUES LESS THAN ('2024-01-01'),
    PARTITION p2024 VALUES LESS THAN ('2025-01-01'),
    PARTITION p_later VALUES LESS THAN (MAXVALUE)
  )`,
  `CREATE TABLE analytics.raw_events (
    received DATETIME(3) NOT NULL,
    source VARCHAR(40) NOT NULL,
    payload JSON NOT NULL,
    KEY received (received)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='has no primary key'`,
  `CREATE TABLE analytics.daily_totals (
    day DATE NOT NULL PRIMARY KEY,
    views INT NOT NULL,
    average_ms DOUBLE NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=latin1`,
  `CREATE TABLE analytics.every_type (
    id INT NOT NULL PRIMARY KEY,
    tiny TINYINT NULL, tiny_u TINYINT UNSIGNED NULL, small SMALLINT NULL, medium MEDIUMINT NULL, big BIGINT NULL, big_u BIGINT UNSIGNED NULL,
    single_f FLOAT NULL, double_f DOUBLE NULL, exact DECIMAL(65,30) NULL, flags BIT(64) NULL, three_bits BIT(3) NULL,
    a_year YEAR NULL, a_date DATE NULL, a_time TIME(6) NULL, a_datetime DATETIME(6) NULL, a_timestamp TIMESTAMP(6) NULL,
    fixed_l CHAR(10) CHARACTER SET latin1 NULL, fixed_u CHAR(10) NULL, var_ucs VARCHAR(20) CHARACTER SET ucs2 NULL,
    var_utf8 VARCHAR(20) CHARACTER SET utf8 NULL, var_sjis VARCHAR(20) CHARACTER SET sjis NULL, tiny_t TINYTEXT NULL, long_t LONGTEXT NULL,
    fixed_b BINARY(8) NULL, var_b VARBINARY(20) NULL, tiny_b TINYBLOB NULL, medium_b MEDIUMBLOB NULL,
    choice ENUM('', 'a', 'ä', 'comma,quote''') NULL, choices SET('x', 'y', 'ÿ') CHARACTER SET latin1 NULL,
    doc JSON NULL, shape GEOMETRY NULL, line LINESTRING NULL,
    sum_v BIGINT GENERATED ALWAYS AS (tiny + small) VIRTUAL, sum_s VARCHAR(40) GENERATED ALWAYS AS (CONCAT(fixed_u, '/', id)) STORED
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
];

export const ANALYTICS_ROWS: readonly string[] = [
  `INSERT INTO analytics.page_views
    SELECT n + 1, DATE_ADD('2023-06-01', INTERVAL n % 800 DAY), CONCAT('/shop/', n % 211, '/détail'), IF(n % 4 = 0, NULL, LEFT(SHA2(n % 1000, 256), 32)), CRC32(n) % 90000
    FROM lab_seed.numbers WHERE n < 30000`,
  `INSERT INTO analytics.raw_events
    SELECT DATE_ADD('2024-01-01 00:00:00.001', INTERVAL n SECOND), CONCAT('source', n % 5), JSON_OBJECT('n', n, 'share', n * 0.5e0 + 0.25e0, 'text', LEFT(SHA2(n, 256), 32))
    FROM lab_seed.numbers WHERE n < 8000`,
  `INSERT INTO analytics.daily_totals SELECT seen_on, COUNT(*), AVG(duration_ms) FROM analytics.page_views GROUP BY seen_on`,
  `INSERT INTO analytics.every_type (id, tiny, tiny_u, small, medium, big, big_u, single_f, double_f, exact, flags, three_bits, a_year, a_date,
      a_time, a_datetime, a_timestamp, fixed_l, fixed_u, var_ucs, var_utf8, var_sjis, tiny_t, long_t, fixed_b, var_b, tiny_b, medium_b, choice,
      choices, doc, shape, line)
    SELECT n, n % 256 - 128, n % 256, n - 250, -n * 16000, -9223372036854775808 + n, 18446744073709551615 - n, n / 7 * 1e10, n / 7 * 1e-300,
      n / 9 * 1e20, CRC32(n) << 32 | n, n % 8, 1901 + n % 255, DATE_ADD('1000-01-01', INTERVAL n * 5000 DAY),
      SEC_TO_TIME(n * 7777.123456 - 2000000), DATE_ADD('1000-01-01 00:00:00.000001', INTERVAL n * 1000001 MICROSECOND),
      DATE_ADD('1970-01-02 00:00:00.999999', INTERVAL n * 4000000 SECOND), CONCAT('é', n), CONCAT('ü ', n), CONCAT('ж', n), CONCAT('€', n),
      CONCAT('ソ', n), CONCAT('tab\\there ', n), REPEAT(CONCAT('😀\\\\N', n, '\\r\\n'), n % 30), UNHEX(LPAD(HEX(n), 16, '0')),
      UNHEX('00095C0A0DFF27'), CHAR(n % 256), REPEAT(CHAR(0, n % 256 USING binary), n % 200), n % 5, n % 8,
      IF(n % 2, JSON_ARRAY(n, 1.5e0, n * 0.7e0 + 0.05e0, NULL, '\\u0000\\n'), CAST(CONCAT('"', n, '"') AS JSON)),
      IF(n % 3, ST_GeomFromText(CONCAT('POINT(', n, ' 1)')), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))', 4326)),
      ST_GeomFromText(CONCAT('LINESTRING(0 0,', n, ' 9)'))
    FROM lab_seed.numbers WHERE n < 500`,
  `INSERT INTO analytics.every_type (id) VALUES (-1), (-2)`,
];
