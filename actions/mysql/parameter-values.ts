/** When a value as RDS declares it and a value as `SHOW GLOBAL VARIABLES` prints it are the same. Pure. */

/** `cannot-tell`: a formula that only RDS can compute, or a size that the server fits to its own. */
export type Likeness = 'same' | 'different' | 'cannot-tell';

const SETS = new Set(['sql_mode', 'tls_version', 'log_output', 'server_audit_events', 'replica_type_conversions']);
/** Modes that stand for several: the server prints all of them, and the word itself. */
const COMBINED_MODES = new Set([
  'ANSI',
  'TRADITIONAL',
  'ORACLE',
  'DB2',
  'MAXDB',
  'MSSQL',
  'MYSQL323',
  'MYSQL40',
  'POSTGRESQL',
]);
/** Servers print the word for the number. */
const NUMBERED: Readonly<Record<string, readonly string[]>> = {
  completion_type: ['NO_CHAIN', 'CHAIN', 'RELEASE'],
  concurrent_insert: ['NEVER', 'AUTO', 'ALWAYS'],
  query_cache_type: ['OFF', 'ON', 'DEMAND'],
};
/** Fitted by the server to its chunks, its memory or its limits of open files (MySQL manual). */
const FITTED_BY_SERVER = new Set([
  'innodb_buffer_pool_size',
  'innodb_open_files',
  'max_connections',
  'table_definition_cache',
  'table_open_cache',
]);
/** Sizes are rounded down to these blocks. */
const BLOCKS = [128n, 1024n, 4096n];

/** `name` in either spelling; `zone` is the server's own (`system_time_zone`), which SYSTEM stands for. */
export function compareValues(name: string, declared: string, live: string, zone?: string): Likeness {
  if (declared.includes('{')) return 'cannot-tell';
  const plain = name.replaceAll('-', '_');
  if (plain === 'optimizer_switch') return hasSwitches(live, declared) ? 'same' : 'different';
  if (SETS.has(plain)) return isSameSet(declared, live) ? 'same' : 'different';
  if (spelled(plain, declared, zone) === spelled(plain, live, zone)) return 'same';
  if (/^-?\d+(\.\d+)?$/.test(declared) && /^-?\d+(\.\d+)?$/.test(live)) return compareNumbers(plain, declared, live);
  return 'different';
}

function compareNumbers(name: string, declared: string, live: string): Likeness {
  if (Number(declared) === Number(live) && (declared.includes('.') || live.includes('.'))) return 'same';
  if (declared.includes('.') || live.includes('.')) return 'different';
  const [wanted, found] = [BigInt(declared), BigInt(live)];
  if (wanted === found || BLOCKS.some((block) => (wanted / block) * block === found && wanted > block)) return 'same';
  return FITTED_BY_SERVER.has(name) ? 'cannot-tell' : 'different';
}

function spelled(name: string, value: string, zone: string | undefined): string {
  const text = NUMBERED[name]?.[/^\d+$/.test(value) ? Number(value) : -1] ?? value.trim();
  const lower = text.toLowerCase();
  if (name === 'time_zone') return plainZone(lower === 'system' && zone !== undefined ? zone.toLowerCase() : lower);
  if (/^(character_set|collation)_/.test(name)) return lower.replace(/^utf8(?=_|$)/, 'utf8mb3');
  if (lower === 'on' || lower === 'true' || lower === 'yes') return '1';
  if (lower === 'off' || lower === 'false' || lower === 'no') return '0';
  return name === 'init_connect' ? text : lower;
}

function plainZone(zone: string): string {
  return zone === 'utc' || zone === 'etc/utc' || zone === '+00:00' || zone === '-00:00' ? 'utc' : zone;
}

function isSameSet(declared: string, live: string): boolean {
  const [wanted, found] = [wordsOf(declared), wordsOf(live)];
  const hasAll = [...wanted].every((word) => found.has(word));
  const isCombined = [...wanted].some((word) => COMBINED_MODES.has(word));
  return hasAll && (isCombined || found.size === wanted.size);
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(
    list
      .split(',')
      .map((word) => word.trim().toUpperCase())
      .filter((word) => word !== ''),
  );
}

/** A declaration names some of the switches; the server prints all. */
function hasSwitches(live: string, declared: string): boolean {
  const found = wordsOf(live);
  return [...wordsOf(declared)].every((word) => word === 'DEFAULT' || found.has(word));
}

/** `sql_mode` without the modes that newer servers do not have and that change nothing there. */
export function withoutDeadModes(modes: string): string {
  return modes
    .split(',')
    .filter((mode) => !/^NO_(AUTO_CREATE_USER|FIELD_OPTIONS|KEY_OPTIONS|TABLE_OPTIONS)$/i.test(mode.trim()))
    .join(',');
}
