/** Schema `billing`: partitions, money, large objects, dates that newer servers do not like. */

export const BILLING_TABLES: readonly string[] = [
  `CREATE DATABASE billing CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
  `CREATE TABLE billing.accounts (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id INT UNSIGNED NOT NULL,
    iban VARCHAR(34) CHARACTER SET ascii NOT NULL,
    balance DECIMAL(30,10) NOT NULL,
    KEY customer_id (customer_id),
    CONSTRAINT accounts_customer FOREIGN KEY (customer_id) REFERENCES shop.customers (id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci`,
  `CREATE TABLE billing.invoices (
    id BIGINT NOT NULL,
    issued DATE NOT NULL,
    account_id INT NOT NULL,
    total DECIMAL(14,2) NOT NULL,
    paid TINYINT(1) NOT NULL DEFAULT '0',
    PRIMARY KEY (id, issued),
    KEY account_id (account_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=latin1
  PARTITION BY RANGE (YEAR(issued)) (
    PARTITION before_2021 VALUES LESS THAN (2021),
    PARTITION in_2021 VALUES LESS THAN (2022),
    PARTITION in_2022 VALUES LESS THAN (2023),
    PARTITION later VALUES LESS THAN MAXVALUE
  )`,
  `CREATE TABLE billing.postings (
    account_id INT NOT NULL,
    posting_no INT NOT NULL,
    amount DECIMAL(18,4) NOT NULL,
    posted_at TIMESTAMP(6) NULL DEFAULT NULL,
    PRIMARY KEY (account_id, posting_no)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
  PARTITION BY HASH (account_id) PARTITIONS 4`,
  `CREATE TABLE billing.documents (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    body LONGBLOB NOT NULL,
    digest VARBINARY(32) NOT NULL,
    received DATETIME NULL,
    effective DATE NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=latin1 ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8`,
];

export const BILLING_ROWS: readonly string[] = [
  `INSERT INTO billing.accounts
    SELECT n + 1, n + 1, CONCAT('DE', LPAD(n, 20, '0')), (n - 2500) * 12345678.0123456789 FROM lab_seed.numbers WHERE n < 5000`,
  `INSERT INTO billing.invoices
    SELECT n + 1, DATE_ADD('2020-06-01', INTERVAL n % 1200 DAY), n % 5000 + 1, n % 700 + 0.01, n % 2
    FROM lab_seed.numbers WHERE n < 20000`,
  `INSERT INTO billing.postings
    SELECT n % 5000 + 1, FLOOR(n / 5000), (n % 2000) / 3 - 200, IF(n % 13 = 0, NULL, DATE_ADD('2021-03-04 05:06:07.000008', INTERVAL n SECOND))
    FROM lab_seed.numbers WHERE n < 15000`,
  `INSERT INTO billing.documents
    SELECT n + 1, ELT(1 + n % 3, 'letter', 'contract', 'scan'), UNHEX(REPEAT(CONCAT('00', LEFT(SHA2(n, 256), 32), '0A0D5C27'), 5 + n % 40)), UNHEX(SHA2(n, 256)),
      IF(n % 50 = 0, '0000-00-00 00:00:00', DATE_ADD('2018-01-01', INTERVAL n HOUR)), IF(n % 60 = 0, '2019-00-00', '2019-02-28')
    FROM lab_seed.numbers WHERE n < 600`,
];
