/** Schemas of the shape of the public sample databases (a film shop, a staff register, a gazetteer, a pet list): our own words. */
export const SAMPLE_SCHEMAS: readonly string[] = [
  'CREATE DATABASE film_shop CHARACTER SET utf8mb4',
  'USE film_shop',
  'CREATE TABLE person (person_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT, first_name VARCHAR(45) NOT NULL, last_name VARCHAR(45) NOT NULL, last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (person_id), KEY idx_last_name (last_name)) ENGINE = InnoDB',
  "CREATE TABLE movie (movie_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT, title VARCHAR(128) NOT NULL, summary TEXT, released YEAR, price DECIMAL(4,2) NOT NULL DEFAULT 4.99, rating ENUM('G','PG','R') DEFAULT 'G', extras SET('Trailers','Commentaries') DEFAULT NULL, PRIMARY KEY (movie_id), KEY idx_title (title)) ENGINE = InnoDB",
  'CREATE TABLE movie_person (person_id SMALLINT UNSIGNED NOT NULL, movie_id SMALLINT UNSIGNED NOT NULL, PRIMARY KEY (person_id, movie_id), CONSTRAINT fk_mp_person FOREIGN KEY (person_id) REFERENCES person (person_id) ON UPDATE CASCADE, CONSTRAINT fk_mp_movie FOREIGN KEY (movie_id) REFERENCES movie (movie_id)) ENGINE = InnoDB',
  'CREATE TABLE movie_text (movie_id SMALLINT NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL, summary TEXT, FULLTEXT KEY idx_title_summary (title, summary)) ENGINE = InnoDB',
  'CREATE TABLE address (address_id SMALLINT UNSIGNED PRIMARY KEY, street VARCHAR(50) NOT NULL, location GEOMETRY NOT NULL /*!80003 SRID 0 */, SPATIAL KEY idx_location (location)) ENGINE = InnoDB',
  "CREATE VIEW movie_list AS SELECT m.movie_id AS fid, m.title AS title, GROUP_CONCAT(CONCAT(p.first_name, ' ', p.last_name) SEPARATOR ', ') AS actors FROM movie m LEFT JOIN movie_person mp ON m.movie_id = mp.movie_id LEFT JOIN person p ON mp.person_id = p.person_id GROUP BY m.movie_id, m.title ORDER BY m.title DESC",
  'CREATE TRIGGER ins_movie AFTER INSERT ON movie FOR EACH ROW BEGIN INSERT INTO movie_text (movie_id, title, summary) VALUES (NEW.movie_id, NEW.title, NEW.summary); END',
  'CREATE PROCEDURE film_in_stock(IN p_id INT, OUT p_count INT) READS SQL DATA BEGIN SELECT COUNT(*) INTO p_count FROM movie WHERE movie_id = p_id; END',
  "CREATE FUNCTION balance(p_person INT, p_date DATETIME) RETURNS DECIMAL(5,2) DETERMINISTIC READS SQL DATA BEGIN DECLARE v_fees DECIMAL(5,2); SELECT IFNULL(SUM(price), 0) INTO v_fees FROM movie WHERE movie_id = p_person AND p_date > '2005-01-01'; RETURN v_fees; END",
  'CREATE EVENT clean_up ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM movie_text WHERE movie_id = 0',

  'CREATE DATABASE staff_register CHARACTER SET utf8mb4',
  'USE staff_register',
  "CREATE TABLE staff (staff_no INT NOT NULL, birth_date DATE NOT NULL, name VARCHAR(16) NOT NULL, gender ENUM('M','F') NOT NULL, hire_date DATE NOT NULL, PRIMARY KEY (staff_no)) ENGINE = InnoDB",
  'CREATE TABLE departments (dept_no CHAR(4) NOT NULL, dept_name VARCHAR(40) NOT NULL, PRIMARY KEY (dept_no), UNIQUE KEY (dept_name)) ENGINE = InnoDB',
  'CREATE TABLE dept_staff (staff_no INT NOT NULL, dept_no CHAR(4) NOT NULL, from_date DATE NOT NULL, to_date DATE NOT NULL, KEY (staff_no), PRIMARY KEY (staff_no, dept_no), FOREIGN KEY (staff_no) REFERENCES staff (staff_no) ON DELETE CASCADE, FOREIGN KEY (dept_no) REFERENCES departments (dept_no) ON DELETE CASCADE) ENGINE = InnoDB',
  "CREATE TABLE wages (staff_no INT NOT NULL, wage INT NOT NULL, from_date DATE NOT NULL, PRIMARY KEY (staff_no, from_date)) ENGINE = InnoDB PARTITION BY RANGE COLUMNS (from_date) (PARTITION p01 VALUES LESS THAN ('1990-12-31'), PARTITION p02 VALUES LESS THAN (MAXVALUE))",
  'CREATE VIEW latest_date AS SELECT staff_no, MAX(from_date) AS from_date, MAX(to_date) AS to_date FROM dept_staff GROUP BY staff_no',

  'CREATE DATABASE gazetteer CHARACTER SET utf8mb4',
  'USE gazetteer',
  "CREATE TABLE land (code CHAR(3) NOT NULL DEFAULT '', name CHAR(52) NOT NULL DEFAULT '', continent ENUM('Asia','Europe','Africa') NOT NULL DEFAULT 'Asia', area DECIMAL(10,2) NOT NULL DEFAULT '0.00', founded SMALLINT, PRIMARY KEY (code)) ENGINE = InnoDB",
  "CREATE TABLE town (id INT NOT NULL AUTO_INCREMENT, name CHAR(35) NOT NULL DEFAULT '', land CHAR(3) NOT NULL DEFAULT '', people INT NOT NULL DEFAULT 0, info JSON, size INT AS (people DIV 1000) VIRTUAL, PRIMARY KEY (id), KEY (land), KEY (size), CONSTRAINT town_land FOREIGN KEY (land) REFERENCES land (code)) ENGINE = InnoDB",
  "CREATE TABLE tongue (land CHAR(3) NOT NULL, tongue CHAR(30) NOT NULL, official ENUM('T','F') NOT NULL DEFAULT 'F', share DECIMAL(4,1) NOT NULL, PRIMARY KEY (land, tongue), CONSTRAINT tongue_land FOREIGN KEY (land) REFERENCES land (code)) ENGINE = InnoDB",

  'CREATE DATABASE pets CHARACTER SET utf8mb4',
  'USE pets',
  "CREATE TABLE pet (name VARCHAR(20) NOT NULL PRIMARY KEY, owner VARCHAR(20), species VARCHAR(20), sex CHAR(1), birth DATE, death DATE) ENGINE = InnoDB COMMENT = 'größer, 猫'",
  'CREATE TABLE event (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20), date DATE, type VARCHAR(15), remark VARCHAR(255), KEY (name)) ENGINE = InnoDB',
];
