/** Every check, in the order of the run: what may hang the others first, what reads all stored text last. */
import { accountsPassingReadOnly } from './accounts-passing-read-only';
import { auroraVersion } from './aurora-version';
import { authMethodUsage } from './auth-method-usage';
import { binlogRetentionCheck } from './binlog-retention';
import { blockedPrechecks } from './blocked-prechecks';
import { blueCluster } from './blue-cluster';
import { changedFunctionsInGeneratedColumns } from './changed-functions-in-generated-columns';
import type { UpgradeCheck } from './check';
import { checkTableCommand } from './check-table-command';
import { circularDirectory } from './circular-directory';
import { clusterParameterGroup } from './cluster-parameter-group';
import { columnDefinition } from './column-definition';
import { columnsWhichCannotHaveDefaults } from './columns-which-cannot-have-defaults';
import { customEndpoints } from './custom-endpoints';
import { danglingFulltextIndex } from './dangling-fulltext-index';
import { datafilePathInconsistency } from './datafile-path-inconsistency';
import { ddlRunning } from './ddl-running';
import { defaultAuthenticationPlugin } from './default-authentication-plugin';
import { deprecatedDefaultAuth } from './deprecated-default-auth';
import { deprecatedRouterAuthMethod } from './deprecated-router-auth-method';
import { deprecatedTemporalDelimiter } from './deprecated-temporal-delimiter';
import { dollarSignName } from './dollar-sign-name';
import { duplicateTriggers } from './duplicate-triggers';
import { duplicatedEnumValues } from './duplicated-enum-values';
import { emptyDotTableSyntax } from './empty-dot-table-syntax';
import { enabledEvents } from './enabled-events';
import { engineMixup } from './engine-mixup';
import { enumSetElementLength } from './enum-set-element-length';
import { eventNullDefiner } from './event-null-definer';
import { fastDdl } from './fast-ddl';
import { fencesCheck } from './fences';
import { foreignKeyLength } from './foreign-key-length';
import { foreignKeyReferences } from './foreign-key-references';
import { ftsInTablename } from './fts-in-tablename';
import { ftsSpaceIdZero } from './fts-space-id-zero';
import { geometryPrefixIndex } from './geometry-prefix-index';
import { globalDatabase } from './global-database';
import { groupbyAscSyntax } from './groupby-asc-syntax';
import { historyListLength } from './history-list-length';
import { indexTooLarge } from './index-too-large';
import { instanceClasses } from './instance-classes';
import { instanceLimit } from './instance-limit';
import { internalUsers } from './internal-users';
import { invalid57Names } from './invalid-57-names';
import { invalidEngineForeignKey } from './invalid-engine-foreign-key';
import { invalidPrivileges } from './invalid-privileges';
import { invalidUtf8mb3Metadata } from './invalid-utf8mb3-metadata';
import { longRunningTransactions } from './long-running-transactions';
import { lowerCaseTableNames } from './lower-case-table-names';
import { managedMasterPassword } from './managed-master-password';
import { masterUser } from './master-user';
import { maxdbSqlModeFlags } from './maxdb-sql-mode-flags';
import { mismatchedMetadata } from './mismatched-metadata';
import { mysqlSchema } from './mysql-schema';
import { nonNativePartitioning } from './non-native-partitioning';
import { nonTransactionalTables } from './non-transactional-tables';
import { obsoleteSqlModeFlags } from './obsolete-sql-mode-flags';
import { oldTemporal } from './old-temporal';
import { operatorPrivileges } from './operator-privileges';
import { orphanedObjects } from './orphaned-objects';
import { parameterTranslation } from './parameter-translation';
import { partitionedTablesInSharedTablespaces } from './partitioned-tables-in-shared-tablespaces';
import { partitionsWithPrefixKeys } from './partitions-with-prefix-keys';
import { pluginUsage } from './plugin-usage';
import { queryCacheSyntax } from './query-cache-syntax';
import { rdsProxy } from './rds-proxy';
import { removedFunctions } from './removed-functions';
import { removedSysVars } from './removed-sys-vars';
import { replicaOfAnother } from './replica-of-another';
import { replicationSettings } from './replication-settings';
import { reservedAccountNames } from './reserved-account-names';
import { reservedKeywords } from './reserved-keywords';
import { reverseDirection } from './reverse-direction';
import { routineSyntax } from './routine-syntax';
import { schemaInconsistency } from './schema-inconsistency';
import { spatialIndex } from './spatial-index';
import { specialCharactersInRoutines } from './special-characters-in-routines';
import { sysSchemaObjectMismatch } from './sys-schema-object-mismatch';
import { sysVarsNewDefaults } from './sys-vars-new-defaults';
import { sysvarAllowedValues } from './sysvar-allowed-values';
import { tableCount } from './table-count';
import { tablesWithoutPrimaryKey } from './tables-without-primary-key';
import { targetVersion } from './target-version';
import { tinyColumnIndexLength } from './tiny-column-index-length';
import { triggerNullDefiner } from './trigger-null-definer';
import { uncommittedRows } from './uncommitted-rows';
import { unsupportedComponents } from './unsupported-components';
import { unsupportedPlugins } from './unsupported-plugins';
import { utf8mb3 } from './utf8mb3';
import { viewColumnNameLength } from './view-column-name-length';
import { xaPrepared } from './xa-prepared';
import { zeroDates } from './zero-dates';
import { zeroEtl } from './zero-etl';

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
  masterUser,
  instanceClasses,
  instanceLimit,
  rdsProxy,
  zeroEtl,
  globalDatabase,
  customEndpoints,
  parameterTranslation,
  removedSysVars,
  sysVarsNewDefaults,
  sysvarAllowedValues,
  pluginUsage,
  unsupportedPlugins,
  unsupportedComponents,
  fastDdl,
  fencesCheck,

  replicationSettings,
  binlogRetentionCheck,
  replicaOfAnother,
  reverseDirection,
  enabledEvents,
  tablesWithoutPrimaryKey,
  nonTransactionalTables,

  operatorPrivileges,
  accountsPassingReadOnly,
  reservedAccountNames,
  authMethodUsage,
  deprecatedRouterAuthMethod,
  deprecatedDefaultAuth,
  defaultAuthenticationPlugin,
  invalidPrivileges,
  internalUsers,

  oldTemporal,
  schemaInconsistency,
  engineMixup,
  mismatchedMetadata,
  datafilePathInconsistency,
  orphanedObjects,
  eventNullDefiner,
  triggerNullDefiner,
  duplicateTriggers,
  mysqlSchema,
  sysSchemaObjectMismatch,
  invalid57Names,
  ftsInTablename,
  ftsSpaceIdZero,
  danglingFulltextIndex,
  circularDirectory,
  lowerCaseTableNames,
  reservedKeywords,
  dollarSignName,
  enumSetElementLength,
  duplicatedEnumValues,
  columnsWhichCannotHaveDefaults,
  zeroDates,
  utf8mb3,
  columnDefinition,
  changedFunctionsInGeneratedColumns,
  indexTooLarge,
  tinyColumnIndexLength,
  geometryPrefixIndex,
  spatialIndex,
  foreignKeyLength,
  invalidEngineForeignKey,
  foreignKeyReferences,
  nonNativePartitioning,
  partitionedTablesInSharedTablespaces,
  partitionsWithPrefixKeys,
  deprecatedTemporalDelimiter,

  routineSyntax,
  specialCharactersInRoutines,
  viewColumnNameLength,
  maxdbSqlModeFlags,
  obsoleteSqlModeFlags,
  removedFunctions,
  groupbyAscSyntax,
  queryCacheSyntax,
  emptyDotTableSyntax,
  invalidUtf8mb3Metadata,

  checkTableCommand,
];
