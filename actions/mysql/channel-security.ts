/** Whether a pair of clusters can encrypt its replication channels, and what that means for the account. */
import { hasReadOnlyProcedure, type AuroraVersion } from './version';

/**
 * `rds_set_binlog_source_ssl` came with 3.06, as rds_set_read_only did; before it a channel needs imported key material,
 * which the tool does not handle (Aurora User Guide, mysql-stored-proc-replicating).
 */
export function replicaCanUseTls(replica: AuroraVersion): boolean {
  return hasReadOnlyProcedure(replica);
}

/** The account is the same on both sides, so REQUIRE SSL must suit the reverse channel too. */
export function accountRequiresTls(
  tls: 'auto' | 'required' | 'off',
  blue: AuroraVersion,
  green: AuroraVersion,
): boolean {
  return tls !== 'off' && replicaCanUseTls(blue) && replicaCanUseTls(green);
}
