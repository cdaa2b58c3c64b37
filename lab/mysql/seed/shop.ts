/** Schema `shop`: foreign keys, latin1 beside utf8mb4, generated columns, JSON, full text, and the load writers' table. */

/** Rows by table; `${n}` of the seed numbers 0 .. 99999 is `lab_seed.numbers.n`. */
export const SHOP_TABLES: readonly string[] = [
  `CREATE DATABASE shop CHARACTER SET latin1 COLLATE latin1_swedish_ci`,
  `CREATE TABLE shop.customers (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(120) NOT NULL,
    given_name VARCHAR(60) NOT NULL,
    family_name VARCHAR(60) NOT NULL,
    country CHAR(2) CHARACTER SET ascii NOT NULL,
    credit_limit DECIMAL(12,2) NOT NULL DEFAULT '0.00',
    is_active BIT(1) NOT NULL DEFAULT b'1',
    born DATE NULL,
    note TEXT NULL,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    UNIQUE KEY email (email),
    KEY name (family_name, given_name)
  ) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='customers of every country'`,
  `CREATE TABLE shop.addresses (
    customer_id INT UNSIGNED NOT NULL,
    kind ENUM('home','delivery','invoice') NOT NULL,
    street VARCHAR(120) NOT NULL,
    city VARCHAR(80) NOT NULL,
    PRIMARY KEY (customer_id, kind),
    CONSTRAINT addresses_customer FOREIGN KEY (customer_id) REFERENCES shop.customers (id) ON DELETE CASCADE
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci`,
  `CREATE TABLE shop.products (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    sku VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    title VARCHAR(120) NOT NULL,
    description TEXT NULL,
    price DECIMAL(10,2) UNSIGNED NOT NULL,
    vat_rate DECIMAL(4,3) NOT NULL DEFAULT '0.190',
    gross_price DECIMAL(12,2) GENERATED ALWAYS AS (ROUND(price * (1 + vat_rate), 2)) STORED,
    attributes JSON NULL,
    colour VARCHAR(20) GENERATED ALWAYS AS (JSON_UNQUOTE(JSON_EXTRACT(attributes, '$.colour'))) VIRTUAL,
    labels SET('new','sale','heavy','fragile','organic') NOT NULL DEFAULT '',
    UNIQUE KEY sku (sku),
    KEY colour (colour),
    FULLTEXT KEY title_words (title)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci`,
  `CREATE TABLE shop.orders (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id INT UNSIGNED NOT NULL,
    state ENUM('open','paid','sent','returned') NOT NULL DEFAULT 'open',
    ordered_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    reference BINARY(16) NOT NULL,
    UNIQUE KEY reference (reference),
    KEY customer_time (customer_id, ordered_at),
    CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES shop.customers (id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci`,
  `CREATE TABLE shop.order_items (
    order_id BIGINT UNSIGNED NOT NULL,
    line SMALLINT UNSIGNED NOT NULL,
    product_id INT UNSIGNED NOT NULL,
    quantity MEDIUMINT NOT NULL,
    unit_price DECIMAL(10,2) NOT NULL,
    amount DECIMAL(14,2) GENERATED ALWAYS AS (quantity * unit_price) VIRTUAL,
    PRIMARY KEY (order_id, line),
    CONSTRAINT items_order FOREIGN KEY (order_id) REFERENCES shop.orders (id) ON DELETE CASCADE,
    CONSTRAINT items_product FOREIGN KEY (product_id) REFERENCES shop.products (id) ON UPDATE CASCADE
  ) ENGINE=InnoDB DEFAULT CHARSET=latin1`,
  `CREATE TABLE shop.stores (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    location POINT NOT NULL,
    area POLYGON NULL,
    opens TIME NOT NULL,
    SPATIAL KEY location (location)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci`,
  `CREATE TABLE shop.audit_log (
    happened_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    actor VARCHAR(96) NOT NULL,
    what VARCHAR(200) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='has no primary key'`,
  `CREATE TABLE shop.maintenance_log (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    ran_at DATETIME(3) NOT NULL,
    what VARCHAR(80) NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=latin1`,
  `CREATE TABLE shop.ledger_write (
    client VARCHAR(40) NOT NULL,
    seq BIGINT NOT NULL,
    payload VARCHAR(200) NOT NULL,
    written_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    server_uuid CHAR(36) NOT NULL DEFAULT '',
    PRIMARY KEY (client, seq)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='acknowledged writes of the load clients'`,
];

export const SHOP_ROWS: readonly string[] = [
  `INSERT INTO shop.customers (id, email, given_name, family_name, country, credit_limit, is_active, born, note, created_at, updated_at)
    SELECT n + 1, CONCAT('customer', n, '@example.org'), ELT(1 + n % 6, 'José', 'Zoë', 'Ann', 'Björn', 'Chloé', 'Ümit'),
      CONCAT('Name', n % 997), ELT(1 + n % 5, 'DE', 'FR', 'BR', 'JP', 'US'), n % 5000 + 0.25, n % 7 <> 0,
      IF(n % 11 = 0, NULL, DATE_ADD('1940-01-01', INTERVAL n DAY)),
      IF(n % 3 = 0, NULL, CONCAT('line one\\nline\\ttwo \\\\ ', LEFT(SHA2(n, 256), 32))),
      DATE_ADD('2019-01-01 00:00:00', INTERVAL n MINUTE), DATE_ADD('2020-01-01 00:00:00', INTERVAL n MINUTE)
    FROM lab_seed.numbers WHERE n < 15000`,
  `INSERT INTO shop.addresses
    SELECT n % 9000 + 1, ELT(1 + FLOOR(n / 9000), 'home', 'delivery'), CONCAT('Straße ', n, ' 東京'), CONCAT('City ', n % 313, ' 🏙')
    FROM lab_seed.numbers WHERE n < 18000`,
  `INSERT INTO shop.products (id, sku, title, description, price, attributes, labels)
    SELECT n + 1, CONCAT('SKU-', LPAD(n, 6, '0')), CONCAT('Product ', n, ' ', ELT(1 + n % 4, 'lamp', 'chair', 'table', 'box')),
      IF(n % 9 = 0, NULL, REPEAT(LEFT(SHA2(n, 256), 32), 1 + n % 5)), n % 900 + 0.99,
      IF(n % 10 = 0, NULL, JSON_OBJECT('colour', ELT(1 + n % 3, 'red', 'blue', 'grün'), 'weight', n * 0.125e0 + 0.0625e0, 'tags', JSON_ARRAY(n, NULL, TRUE, '☕"\\\\'))),
      n % 32
    FROM lab_seed.numbers WHERE n < 2000`,
  `INSERT INTO shop.orders (id, customer_id, state, ordered_at, reference)
    SELECT n + 1, n % 15000 + 1, 1 + n % 4, DATE_ADD('2021-01-01 00:00:00.123456', INTERVAL n * 977 SECOND), UNHEX(LEFT(SHA2(n, 256), 32))
    FROM lab_seed.numbers WHERE n < 30000`,
  `INSERT INTO shop.order_items (order_id, line, product_id, quantity, unit_price)
    SELECT n % 30000 + 1, 1 + FLOOR(n / 30000), CRC32(n) % 2000 + 1, 1 + n % 9, n % 300 + 0.5
    FROM lab_seed.numbers WHERE n < 60000`,
  `INSERT INTO shop.stores (id, name, location, area, opens)
    SELECT n + 1, CONCAT('Store ', n), ST_GeomFromText(CONCAT('POINT(', n / 7, ' ', -n / 3, ')')),
      IF(n % 2 = 0, NULL, ST_GeomFromText(CONCAT('POLYGON((0 0,', n, ' 0,', n, ' ', n, ',0 0))'))), SEC_TO_TIME(n * 60)
    FROM lab_seed.numbers WHERE n BETWEEN 1 AND 200`,
  `INSERT INTO shop.audit_log
    SELECT DATE_ADD('2022-05-05 05:05:05.555', INTERVAL n SECOND), CONCAT('actor', n % 17), CONCAT('did ', n % 100)
    FROM lab_seed.numbers WHERE n < 5000`,
];
