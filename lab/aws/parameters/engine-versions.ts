import { familyOf } from './families';

/** Versions on offer, oldest first. Real ones, but for the last major, which is the lab's own. */
export const ENGINE_VERSIONS: readonly string[] = [
  '5.7.mysql_aurora.2.11.6',
  '5.7.mysql_aurora.2.12.4',
  '5.7.mysql_aurora.2.12.5',
  '8.0.mysql_aurora.3.04.4',
  '8.0.mysql_aurora.3.08.2',
  '8.0.mysql_aurora.3.10.1',
  '8.0.mysql_aurora.3.11.0',
  '8.4.mysql_aurora.8.4.7',
  '8.4.mysql_aurora.8.4.8',
  '9.7.mysql_aurora.9.7.4',
];

/** Majors that an upgrade may go to in one step. 5.7 to 9.7 exists only in the lab, for want of an 8.0 server there. */
const NEXT_MAJORS: Readonly<Record<string, readonly string[]>> = {
  'aurora-mysql5.7': ['aurora-mysql8.0', 'aurora-mysql9.7'],
  'aurora-mysql8.0': ['aurora-mysql8.4'],
  'aurora-mysql8.4': ['aurora-mysql9.7'],
};

export interface UpgradeTargetVersion {
  readonly version: string;
  readonly isMajor: boolean;
}

/** As ValidUpgradeTarget lists them: newer versions of the same major and all of the next; never the version itself. */
export function upgradeTargetsOf(version: string): readonly UpgradeTargetVersion[] {
  const family = familyOf(version);
  const from = ENGINE_VERSIONS.indexOf(version);
  if (family === undefined || from < 0) return [];
  const nextMajors = NEXT_MAJORS[family] ?? [];
  return ENGINE_VERSIONS.slice(from + 1).flatMap((target): UpgradeTargetVersion[] => {
    const targetFamily = familyOf(target) ?? '';
    if (targetFamily === family) return [{ version: target, isMajor: false }];
    return nextMajors.includes(targetFamily) ? [{ version: target, isMajor: true }] : [];
  });
}

/** Instance classes on offer for a version: 5.7 has older ones which 8.0 dropped. */
export function instanceClassesOf(version: string): readonly string[] {
  const classes = [
    'db.r5.large',
    'db.r5.xlarge',
    'db.r6g.large',
    'db.r6g.xlarge',
    'db.r6g.16xlarge',
    'db.t3.medium',
    'db.t4g.medium',
  ];
  return familyOf(version) === 'aurora-mysql5.7'
    ? ['db.r4.large', 'db.t3.small', ...classes]
    : [...classes, 'db.r7g.large', 'db.serverless'];
}
