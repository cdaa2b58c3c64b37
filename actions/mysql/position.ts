/** Binary-log coordinates: a file of a numbered sequence and a byte offset in it. */
export interface BinlogPosition {
  readonly file: string;
  readonly position: number;
}

/**
 * Negative when `a` comes before `b`. Only positions of the same server can be compared; the numeric suffix decides, since
 * it grows past six digits without leading zeros.
 */
export function comparePositions(a: BinlogPosition, b: BinlogPosition): number {
  return sequenceOf(a.file) - sequenceOf(b.file) || a.position - b.position;
}

export function samePosition(a: BinlogPosition, b: BinlogPosition): boolean {
  return a.file === b.file && a.position === b.position;
}

export function formatPosition(position: BinlogPosition): string {
  return `${position.file}:${position.position}`;
}

/** Longer than the Stop or Rotate event that ends a file, shorter than any transaction. */
const CLOSING_BYTES = 64;
/** Longer than the header of a file with a Stop event (154 + 23 on 5.7, 158 + 23 on 9.7, tried), shorter than with a transaction. */
const EMPTY_FILE_BYTES = 200;

/**
 * Whether a server has logged anything after `position`. A restart alone ends the file and begins another one, so offsets
 * cannot simply be compared. `logs` are all of the server's files; false when `position`'s file has been purged would be a
 * guess, so that is true.
 */
export function hasWrittenAfter(
  position: BinlogPosition,
  logs: readonly { readonly file: string; readonly bytes: number }[],
): boolean {
  const later = logs.filter((log) => sequenceOf(log.file) > sequenceOf(position.file));
  const own = logs.find((log) => log.file === position.file);
  if (!own) return true;
  // While it is still being written, the file ends exactly where the position is.
  const allowed = later.length === 0 ? 0 : CLOSING_BYTES;
  return own.bytes - position.position > allowed || later.some((log) => log.bytes > EMPTY_FILE_BYTES);
}

function sequenceOf(file: string): number {
  const suffix = /\.(\d+)$/.exec(file)?.[1];
  if (suffix === undefined) throw new RangeError(`not a binary log file name: ${file}`);
  return Number(suffix);
}

/**
 * Wording of the RDS event that a restored or cloned writer emits (Aurora User Guide,
 * AuroraMySQL.Replication.MySQL.SettingUp).
 */
export function parseRecoveredPosition(message: string): BinlogPosition | undefined {
  const match = /^Binlog position from crash recovery is (\S+) (\d+)/.exec(message);
  return match?.[1] === undefined ? undefined : { file: match[1], position: Number(match[2]) };
}
