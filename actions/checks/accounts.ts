/** Accounts that belong to MySQL or to RDS: nobody can or should change them (Aurora User Guide, UsingWithRDS.MasterAccounts). */
const PLATFORM_ACCOUNTS: ReadonlySet<string> = new Set([
  'event_scheduler',
  'mysql.infoschema',
  'mysql.session',
  'mysql.sys',
  'rds_superuser_role',
  'rdsadmin',
  'rdsproxyadmin',
  'rdsrepladmin',
  'rdsrepladmin_priv_checks_user',
  'rdstopmgr',
  'system user',
]);

export function isPlatformAccount(user: string): boolean {
  return PLATFORM_ACCOUNTS.has(user) || /^AWS_.*_ACCESS$/.test(user);
}
