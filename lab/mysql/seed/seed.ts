/** The lab's own data: some 200,000 rows in three schemas with everything that an upgrade may trip over. */
import { randomBytes } from 'node:crypto';
import type { PlatformCredentials } from '../connect';
import { withServer } from '../connect';
import type { AuthPlugin } from '../aurora-face/master-user';
import { ANALYTICS_ROWS, ANALYTICS_TABLES } from './analytics';
import { BILLING_ROWS, BILLING_TABLES } from './billing';
import { accountStatements, PROGRAMS, type ApplicationAccount } from './programs';
import { SHOP_ROWS, SHOP_TABLES } from './shop';

const DIGITS =
  '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';

const NUMBERS: readonly string[] = [
  'CREATE DATABASE lab_seed CHARACTER SET latin1',
  'CREATE TABLE lab_seed.numbers (n INT NOT NULL PRIMARY KEY) ENGINE=InnoDB',
  `INSERT INTO lab_seed.numbers
    SELECT e.d * 10000 + t.d * 1000 + h.d * 100 + z.d * 10 + o.d
    FROM ${DIGITS} e, ${DIGITS} t, ${DIGITS} h, ${DIGITS} z, ${DIGITS} o WHERE e.d < 6 ORDER BY 1`,
];

/** Fills an empty server. Loads with several sessions at once; nothing of it is in the binary log. */
export async function seedServer(
  socketPath: string,
  platform: PlatformCredentials,
  options: { readonly application: ApplicationAccount; readonly authPlugin: AuthPlugin },
): Promise<void> {
  await execute(socketPath, platform, [...NUMBERS, ...SHOP_TABLES, ...BILLING_TABLES, ...ANALYTICS_TABLES]);
  await Promise.all([SHOP_ROWS, BILLING_ROWS, ANALYTICS_ROWS].map((rows) => execute(socketPath, platform, rows)));
  const unknownPassword = randomBytes(18).toString('base64');
  const accounts = accountStatements(options.application, options.authPlugin, unknownPassword);
  await execute(socketPath, platform, [...accounts, ...PROGRAMS, 'DROP DATABASE lab_seed']);
}

async function execute(
  socketPath: string,
  platform: PlatformCredentials,
  statements: readonly string[],
): Promise<void> {
  await withServer(socketPath, platform, async (connection) => {
    await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
    for (const statement of statements) {
      try {
        await connection.query(statement);
      } catch (error) {
        throw new Error(`The seed failed at: ${statement.slice(0, 120)}`, { cause: error });
      }
    }
  });
}
