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
