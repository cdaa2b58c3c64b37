/** What accounts may do, as one list of grants whatever tables the server keeps them in. */
import type { Query, Row, Value } from '../ports/mysql-server';
import { grantable, privilegeOfColumn, privilegeOfMember } from './account-privileges';
import { quoteAccount, quoteName } from './account-names';
import type { Account } from './statements';
import { isServerAtLeast } from './version';

/** What a grant is for. */
export interface Scope {
  /** As GRANT writes it behind ON: `*.*`, a schema, a table, a routine; `PROXY` has the account there. */
  readonly on: string;
  /** Wider scopes whose privileges hold here too. */
  readonly within: readonly string[];
}

export const GLOBAL: Scope = { on: '*.*', within: [] };

export interface Grant extends Account {
  readonly scope: Scope;
  readonly privileges: readonly string[];
}

export interface RoleGrant {
  readonly role: Account;
  readonly to: Account;
  readonly isAdmin: boolean;
}

export interface Grants {
  readonly grants: readonly Grant[];
  readonly roles: readonly RoleGrant[];
  readonly defaultRoles: readonly Omit<RoleGrant, 'isAdmin'>[];
}

const SCHEMA_COLUMNS =
  'Select Insert Update Delete Create Drop Grant References Index Alter Create_tmp_table Lock_tables Create_view Show_view ' +
  'Create_routine Alter_routine Execute Event Trigger';

/** Texts of these tables have several collations, which a union cannot mix. */
const same = (expression: string): string => `CONVERT(${expression} USING utf8mb4)`;

function part(kind: string, from: string, fields: readonly string[]): string {
  const [user = "''", host = "''", schema = "''", object = "''", detail = "''", privileges = "''"] = fields.map(same);
  return (
    `SELECT '${kind}' AS kind, ${user} AS account_user, ${host} AS account_host, ${schema} AS schema_of, ` +
    `${object} AS object_of, ${detail} AS detail_of, ${privileges} AS privileges FROM mysql.${from}`
  );
}

/** All but the global static privileges, which `accountDetails` has. */
export function accountGrants(serverVersion: string): Query<Grants> {
  const schema = SCHEMA_COLUMNS.split(' ').map((name) => `IF(${name}_priv = 'Y', '${name}', NULL)`);
  const parts = [
    part('schema', 'db', ['User', 'Host', 'Db', "''", "''", `CONCAT_WS(',', ${schema.join(', ')})`]),
    part('table', 'tables_priv', ['User', 'Host', 'Db', 'Table_name', "''", 'Table_priv']),
    part('column', 'columns_priv', ['User', 'Host', 'Db', 'Table_name', 'Column_name', 'Column_priv']),
    part('routine', 'procs_priv', ['User', 'Host', 'Db', 'Routine_name', 'Routine_type', 'Proc_priv']),
    part('proxy', 'proxies_priv', ['User', 'Host', 'Proxied_user', 'Proxied_host', "''", 'With_grant']),
    ...(isServerAtLeast(serverVersion, 8, 0, 0)
      ? [
          part('dynamic', 'global_grants', ['USER', 'HOST', 'PRIV', "''", "''", 'WITH_GRANT_OPTION']),
          part('role', 'role_edges', ['TO_USER', 'TO_HOST', 'FROM_USER', 'FROM_HOST', "''", 'WITH_ADMIN_OPTION']),
          part('default', 'default_roles', ['USER', 'HOST', 'DEFAULT_ROLE_USER', 'DEFAULT_ROLE_HOST']),
        ]
      : []),
  ];
  return { name: 'account-grants', sql: parts.join(' UNION ALL '), values: [], args: {}, parse: grantsOf };
}

function grantsOf(rows: readonly Row[]): Grants {
  const grants: Grant[] = [];
  const roles: RoleGrant[] = [];
  const defaultRoles: Omit<RoleGrant, 'isAdmin'>[] = [];
  for (const row of rows) {
    const account = { user: text(row['account_user']), host: text(row['account_host']) };
    const other = { user: text(row['schema_of']), host: text(row['object_of']) };
    if (row['kind'] === 'role') roles.push({ role: other, to: account, isAdmin: text(row['privileges']) === 'Y' });
    else if (row['kind'] === 'default') defaultRoles.push({ role: other, to: account });
    else grants.push({ ...account, ...grantOf(row) });
  }
  return { grants, roles, defaultRoles };
}

function grantOf(row: Row): Pick<Grant, 'scope' | 'privileges'> {
  const [kind, first, second, detail] = ['kind', 'schema_of', 'object_of', 'detail_of'].map((name) => text(row[name]));
  const members = text(row['privileges']).split(',').filter(Boolean);
  const schema = `${quoteName(first ?? '')}.*`;
  const object = `${quoteName(first ?? '')}.${quoteName(second ?? '')}`;
  switch (kind) {
    case 'schema':
      return { scope: { on: schema, within: ['*.*'] }, privileges: members.map(privilegeOfColumn) };
    case 'table':
      return { scope: { on: object, within: [schema, '*.*'] }, privileges: members.map(privilegeOfMember) };
    case 'column':
      return {
        scope: { on: object, within: [schema, '*.*'] },
        privileges: members.map((member) => `${privilegeOfMember(member)} (${quoteName(detail ?? '')})`),
      };
    case 'routine':
      return {
        scope: { on: `${detail ?? ''} ${object}`, within: [schema, '*.*'] },
        privileges: members.map(privilegeOfMember),
      };
    case 'proxy':
      return {
        scope: { on: quoteAccount({ user: first ?? '', host: second ?? '' }), within: [] },
        privileges: text(row['privileges']) === '1' ? ['PROXY', 'GRANT OPTION'] : ['PROXY'],
      };
    default:
      return {
        scope: GLOBAL,
        privileges: text(row['privileges']) === 'Y' ? [first ?? '', grantable(first ?? '')] : [first ?? ''],
      };
  }
}

function text(value: Value | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
