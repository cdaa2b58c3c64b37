/** Accounts, views, triggers, routines and events of the seed. No definer is the master user, as in a grown database. */
import { literal } from '../connect';
import type { AuthPlugin } from '../aurora-face/master-user';

export interface ApplicationAccount {
  readonly user: string;
  readonly password: string;
}

const DATABASES = ['shop', 'billing', 'analytics'];

/** The application's account, and the two owners of stored programs, whose passwords nobody knows. */
export function accountStatements(
  application: ApplicationAccount,
  plugin: AuthPlugin,
  unknownPassword: string,
): string[] {
  const app = `${literal(application.user)}@'%'`;
  return [
    `CREATE USER ${app} IDENTIFIED WITH ${plugin} BY ${literal(application.password)}`,
    ...DATABASES.map((name) => `GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON ${name}.* TO ${app}`),
    `CREATE USER 'reporting'@'%' IDENTIFIED WITH ${plugin} BY ${literal(unknownPassword)}`,
    ...DATABASES.map((name) => `GRANT SELECT, EXECUTE ON ${name}.* TO 'reporting'@'%'`),
    `CREATE USER 'batch'@'10.0.%' IDENTIFIED WITH ${plugin} BY ${literal(unknownPassword)} WITH MAX_USER_CONNECTIONS 20`,
    ...DATABASES.map(
      (name) => `GRANT SELECT, INSERT, UPDATE, DELETE, EVENT, TRIGGER, EXECUTE ON ${name}.* TO 'batch'@'10.0.%'`,
    ),
    `GRANT UPDATE (note), SELECT ON shop.customers TO 'reporting'@'%'`,
  ];
}

const BATCH = "DEFINER='batch'@'10.0.%'";
const REPORTING = "DEFINER='reporting'@'%'";

export const PROGRAMS: readonly string[] = [
  `CREATE ${REPORTING} FUNCTION shop.order_total(wanted BIGINT UNSIGNED) RETURNS DECIMAL(16,2) READS SQL DATA
  BEGIN
    DECLARE total DECIMAL(16,2);
    SELECT SUM(amount) INTO total FROM shop.order_items WHERE order_id = wanted;
    RETURN IFNULL(total, 0);
  END`,
  `CREATE ${BATCH} PROCEDURE billing.close_year(IN wanted INT, OUT closed INT) MODIFIES SQL DATA
  BEGIN
    UPDATE billing.invoices SET paid = 1 WHERE YEAR(issued) = wanted;
    SET closed = ROW_COUNT();
  END`,
  `CREATE ${BATCH} PROCEDURE analytics.roll_up(IN wanted DATE)
  BEGIN
    REPLACE INTO analytics.daily_totals SELECT wanted, COUNT(*), IFNULL(AVG(duration_ms), 0) FROM analytics.page_views WHERE seen_on = wanted;
  END`,
  `CREATE ${REPORTING} SQL SECURITY DEFINER VIEW shop.order_summary AS
    SELECT o.id, o.state, c.email, COUNT(i.line) AS line_count, SUM(i.amount) AS total
    FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id LEFT JOIN shop.order_items i ON i.order_id = o.id
    GROUP BY o.id, o.state, c.email`,
  `CREATE ${REPORTING} SQL SECURITY INVOKER VIEW billing.open_invoices AS
    SELECT i.id, i.issued, i.total, a.iban FROM billing.invoices i JOIN billing.accounts a ON a.id = i.account_id WHERE i.paid = 0`,
  `CREATE ${REPORTING} VIEW analytics.best_customers AS
    SELECT s.email, s.total FROM shop.order_summary s WHERE s.total > 1000`,
  `CREATE ${REPORTING} VIEW analytics.a_view_of_a_view AS SELECT email FROM analytics.best_customers WHERE email LIKE 'customer1%'`,
  `CREATE ${BATCH} TRIGGER shop.customers_before_update BEFORE UPDATE ON shop.customers FOR EACH ROW
    SET NEW.credit_limit = GREATEST(NEW.credit_limit, 0)`,
  `CREATE ${BATCH} TRIGGER shop.orders_after_update AFTER UPDATE ON shop.orders FOR EACH ROW
  BEGIN
    IF NEW.state <> OLD.state THEN
      INSERT INTO shop.audit_log (actor, what) VALUES (CURRENT_USER(), CONCAT('order ', NEW.id, ' is ', NEW.state));
    END IF;
  END`,
  `CREATE ${BATCH} TRIGGER shop.orders_after_update_2 AFTER UPDATE ON shop.orders FOR EACH ROW FOLLOWS orders_after_update SET @lab_last_order = NEW.id`,
  `CREATE ${BATCH} EVENT shop.note_maintenance ON SCHEDULE EVERY 1 MINUTE STARTS '2024-01-01 00:00:00' ON COMPLETION PRESERVE ENABLE
    COMMENT 'writes a row a minute' DO INSERT INTO shop.maintenance_log (ran_at, what) VALUES (NOW(3), 'minute')`,
  `CREATE ${BATCH} EVENT analytics.roll_up_yesterday ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' ENABLE
    DO CALL analytics.roll_up(CURRENT_DATE - INTERVAL 1 DAY)`,
  `CREATE ${BATCH} EVENT billing.close_old_years ON SCHEDULE EVERY 1 YEAR STARTS '2024-01-01 04:00:00' DISABLE
    DO CALL billing.close_year(2020, @closed)`,
];
