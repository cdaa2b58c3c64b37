import type { Query } from '../ports/mysql-server';
import type { Account } from './statements';

/** Every account of a server, roles included, sorted. */
export function allAccounts(): Query<readonly Account[]> {
  return {
    name: 'all-accounts',
    sql: 'SELECT User AS account_user, Host AS account_host FROM mysql.user',
    values: [],
    args: {},
    parse: (rows) =>
      rows
        .map((row) => ({ user: String(row['account_user']), host: String(row['account_host']) }))
        .sort((a, b) => (`${a.user}@${a.host}` < `${b.user}@${b.host}` ? -1 : 1)),
  };
}
