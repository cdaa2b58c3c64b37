/** From which MySQL version to which an upgrade goes: most checks belong to a version that is crossed on the way. */
export type MysqlNumbers = readonly [major: number, minor: number, patch: number];

export interface Crossing {
  readonly from: MysqlNumbers;
  readonly to: MysqlNumbers;
  /** As given: of Aurora (`8.0.mysql_aurora.3.08.2`) or of MySQL (`8.0.39`). */
  readonly sourceVersion: string;
  readonly targetVersion: string;
}

/** Community patch level of Aurora MySQL 3 by its minor version (release notes, AuroraMySQL.Updates.30Updates). */
const PATCH_OF_AURORA_3: readonly (readonly [minor: number, patch: number])[] = [
  [1, 23],
  [3, 26],
  [4, 28],
  [5, 32],
  [6, 34],
  [7, 36],
  [8, 39],
  [9, 40],
  [10, 42],
  [11, 43],
];

/** Throws RangeError for texts that are no version. `serverVersion`, from `VERSION()`, wins over `sourceVersion`. */
export function crossingOf(serverVersion: string, sourceVersion: string, targetVersion: string): Crossing {
  return { from: mysqlNumbers(serverVersion), to: mysqlNumbers(targetVersion), sourceVersion, targetVersion };
}

/** True when the source is older than this version and the target is not. */
export function crosses(crossing: Crossing, major: number, minor: number, patch: number): boolean {
  return isBefore(crossing.from, [major, minor, patch]) && reaches(crossing, major, minor, patch);
}

export function reaches(crossing: Crossing, major: number, minor: number, patch: number): boolean {
  return !isBefore(crossing.to, [major, minor, patch]);
}

export function isFrom57(crossing: Crossing): boolean {
  return crossing.from[0] === 5 && crossing.to[0] > 5;
}

/** The MySQL version behind an engine version; a patch level that Aurora does not tell is taken as the lowest possible. */
export function mysqlNumbers(version: string): MysqlNumbers {
  const aurora = /^(\d+)\.(\d+)\.mysql_aurora\.(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (aurora) {
    const [, major, minor, first, second, third] = aurora.map(Number);
    if (first === major && second === minor) return [major ?? 0, minor ?? 0, third ?? 0];
    if (first === 3) return [8, 0, patchOfAurora3(second ?? 0)];
    return [major ?? 0, minor ?? 0, 0];
  }
  const plain = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (!plain) throw new RangeError(`not a MySQL or Aurora MySQL version: ${version}`);
  return [Number(plain[1]), Number(plain[2]), Number(plain[3])];
}

function patchOfAurora3(minor: number): number {
  return PATCH_OF_AURORA_3.findLast(([since]) => since <= minor)?.[1] ?? 0;
}

function isBefore(a: MysqlNumbers, b: MysqlNumbers): boolean {
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;
}
