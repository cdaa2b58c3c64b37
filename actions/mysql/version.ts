/** What the tool must know of versions: of Aurora's engine string and of the server's own `VERSION()`. */

export interface AuroraVersion {
  readonly text: string;
  /** Compatible MySQL series, e.g. [5, 7] or [8, 0] or [8, 4]. */
  readonly mysql: readonly [number, number];
  readonly aurora: readonly number[];
}

/** `8.0.mysql_aurora.3.08.2`. Throws RangeError for anything else. */
export function parseAuroraVersion(text: string): AuroraVersion {
  const match = /^(\d+)\.(\d+)\.mysql_aurora\.([\d.]+)$/.exec(text);
  if (!match) throw new RangeError(`not an Aurora MySQL engine version: ${text}`);
  return { text, mysql: [Number(match[1]), Number(match[2])], aurora: (match[3] ?? '').split('.').map(Number) };
}

/** Parameter group family of a version, e.g. `aurora-mysql8.0`. */
export function familyOf(version: AuroraVersion): string {
  return `aurora-mysql${version.mysql[0]}.${version.mysql[1]}`;
}

/**
 * `mysql.rds_set_read_only` came with Aurora MySQL 3.06 (release notes, AuroraMySQL.Updates.3060) and stays in later majors.
 */
export function hasReadOnlyProcedure(version: AuroraVersion): boolean {
  return compareNumbers(version.aurora, [3, 6]) >= 0;
}

/** Words of the replication statements: 8.0.22 said goodbye to master and slave, 8.4 removed them. */
export type Dialect = 'master' | 'source';

/** `serverVersion` as `VERSION()` answers: `5.7.29-log`, `8.0.39`, `9.7.4-2`. */
export function dialectOf(serverVersion: string): Dialect {
  return compareNumbers(serverNumbers(serverVersion), [8, 0, 22]) >= 0 ? 'source' : 'master';
}

/** SHOW BINARY LOG STATUS replaces SHOW MASTER STATUS, which 8.4 refuses with 1064 (tried on 9.7.4); it came with 8.2. */
export function hasBinaryLogStatus(serverVersion: string): boolean {
  return compareNumbers(serverNumbers(serverVersion), [8, 2, 0]) >= 0;
}

/**
 * Longest host name that a replica keeps for its source. 5.7 cuts a longer one off without a word (60; tried on 5.7.29) and
 * then cannot resolve it; 8.0.17 and later keep 255 (MySQL manual, CHANGE REPLICATION SOURCE TO).
 */
export function longestSourceHost(version: AuroraVersion): number {
  return version.mysql[0] < 8 ? 60 : 255;
}

export function isServerAtLeast(serverVersion: string, ...wanted: number[]): boolean {
  return compareNumbers(serverNumbers(serverVersion), wanted) >= 0;
}

/**
 * Authentication plugin for the replication account, which both sides must be able to use in both directions:
 * 9.0 has no mysql_native_password at all (1524, tried on 9.7.4), 5.7 has no caching_sha2_password; sha256_password is
 * known to both and works with and without TLS (tried 5.7.29 <-> 9.7.4).
 */
export function replicationPlugin(blue: AuroraVersion, green: AuroraVersion): string {
  const newest = Math.max(blue.mysql[0], green.mysql[0]);
  const oldest = Math.min(blue.mysql[0], green.mysql[0]);
  if (newest >= 9) return oldest <= 5 ? 'sha256_password' : 'caching_sha2_password';
  if (green.mysql[0] === 8 && green.mysql[1] >= 4) return 'caching_sha2_password';
  return 'mysql_native_password';
}

function serverNumbers(version: string): number[] {
  const match = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (!match) throw new RangeError(`not a MySQL server version: ${version}`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function compareAurora(version: AuroraVersion, wanted: readonly number[]): number {
  return compareNumbers(version.aurora, wanted);
}
