/** Every check, in the order of the run: what may hang the others first, what reads all stored text last. */
import { accountsPassingReadOnly } from './accounts-passing-read-only';
import { auroraVersion } from './aurora-version';
import { authMethodUsage } from './auth-method-usage';
import { blockedPrechecks } from './blocked-prechecks';
import { blueCluster } from './blue-cluster';
import type { UpgradeCheck } from './check';
import { circularDirectory } from './circular-directory';
import { clusterParameterGroup } from './cluster-parameter-group';
import { columnDefinition } from './column-definition';
import { ddlRunning } from './ddl-running';
import { dollarSignName } from './dollar-sign-name';
import { duplicateTriggers } from './duplicate-triggers';
import { emptyDotTableSyntax } from './empty-dot-table-syntax';
import { enabledEvents } from './enabled-events';
import { engineMixup } from './engine-mixup';
import { enumSetElementLength } from './enum-set-element-length';
import { eventNullDefiner } from './event-null-definer';
import { foreignKeyLength } from './foreign-key-length';
import { geometryPrefixIndex } from './geometry-prefix-index';
import { groupbyAscSyntax } from './groupby-asc-syntax';
import { historyListLength } from './history-list-length';
import { invalid57Names } from './invalid-57-names';
import { longRunningTransactions } from './long-running-transactions';
import { lowerCaseTableNames } from './lower-case-table-names';
import { managedMasterPassword } from './managed-master-password';
import { maxdbSqlModeFlags } from './maxdb-sql-mode-flags';
import { mysqlSchema } from './mysql-schema';
import { nonNativePartitioning } from './non-native-partitioning';
import { nonTransactionalTables } from './non-transactional-tables';
import { obsoleteSqlModeFlags } from './obsolete-sql-mode-flags';
import { oldTemporal } from './old-temporal';
import { orphanedObjects } from './orphaned-objects';
import { partitionedTablesInSharedTablespaces } from './partitioned-tables-in-shared-tablespaces';
import { partitionsWithPrefixKeys } from './partitions-with-prefix-keys';
import { queryCacheSyntax } from './query-cache-syntax';
import { removedFunctions } from './removed-functions';
import { removedSysVars } from './removed-sys-vars';
import { replicaOfAnother } from './replica-of-another';
import { replicationSettings } from './replication-settings';
import { reservedKeywords } from './reserved-keywords';
import { schemaInconsistency } from './schema-inconsistency';
import { tableCount } from './table-count';
import { tablesWithoutPrimaryKey } from './tables-without-primary-key';
import { targetVersion } from './target-version';
import { triggerNullDefiner } from './trigger-null-definer';
import { uncommittedRows } from './uncommitted-rows';
import { utf8mb3 } from './utf8mb3';
import { viewColumnNameLength } from './view-column-name-length';
import { xaPrepared } from './xa-prepared';
import { zeroDates } from './zero-dates';

export const UPGRADE_CHECKS: readonly UpgradeCheck[] = [
  xaPrepared,
  ddlRunning,
  blockedPrechecks,
  longRunningTransactions,
  uncommittedRows,
  historyListLength,
  tableCount,

  blueCluster,
  targetVersion,
  auroraVersion,
  managedMasterPassword,
  clusterParameterGroup,
  removedSysVars,

  replicationSettings,
  replicaOfAnother,
  enabledEvents,
  tablesWithoutPrimaryKey,
  nonTransactionalTables,

  accountsPassingReadOnly,
  authMethodUsage,

  oldTemporal,
  schemaInconsistency,
  engineMixup,
  orphanedObjects,
  eventNullDefiner,
  triggerNullDefiner,
  duplicateTriggers,
  mysqlSchema,
  invalid57Names,
  circularDirectory,
  lowerCaseTableNames,
  reservedKeywords,
  dollarSignName,
  enumSetElementLength,
  zeroDates,
  utf8mb3,
  columnDefinition,
  geometryPrefixIndex,
  foreignKeyLength,
  nonNativePartitioning,
  partitionedTablesInSharedTablespaces,
  partitionsWithPrefixKeys,

  viewColumnNameLength,
  maxdbSqlModeFlags,
  obsoleteSqlModeFlags,
  removedFunctions,
  groupbyAscSyntax,
  queryCacheSyntax,
  emptyDotTableSyntax,
];
