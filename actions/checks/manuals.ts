/** The manual pages that several checks rest on. */
export const AURORA_PRECHECKS =
  'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.upgrade-prechecks.descriptions.html';
export const AURORA_MAJOR_UPGRADE =
  'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Updates.MajorVersionUpgrade.html';
export const AURORA_BINLOG_REPLICATION =
  'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Replication.MySQL.SettingUp.html';
export const AURORA_VERSION_3 =
  'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Compare-v2-v3.html';
export const MYSQL_UPGRADE_PREREQUISITES = 'https://dev.mysql.com/doc/refman/8.0/en/upgrade-prerequisites.html';
export const MYSQL_UPGRADING_FROM_PREVIOUS =
  'https://dev.mysql.com/doc/refman/8.0/en/upgrading-from-previous-series.html';
export const MYSQL_84_CHANGES = 'https://dev.mysql.com/doc/refman/8.4/en/mysql-nutshell.html';
export const AURORA_84_PRECHECKS =
  'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.upgrade-prechecks-v3-to-v84.descriptions.html';
