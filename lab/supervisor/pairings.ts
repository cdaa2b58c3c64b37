import type { LabPair } from '../contract';
import type { AuthPlugin } from '../mysql/aurora-face/master-user';

export interface Pairing {
  readonly blueVersion: string;
  readonly greenVersion: string;
  /** Family of blue's parameter groups. */
  readonly blueFamily: string;
  /** How accounts log in: 9.x has no mysql_native_password, 5.7 no caching_sha2_password, both have the old SHA-256. */
  readonly authPlugin: AuthPlugin;
}

/** Versions of blue and green, as Aurora writes them. `9.7` is the lab's own: it stands for whatever follows 8.4. */
export const PAIRINGS: Readonly<Record<LabPair, Pairing>> = {
  '57-97': {
    blueVersion: '5.7.mysql_aurora.2.12.4',
    greenVersion: '9.7.mysql_aurora.9.7.4',
    blueFamily: 'aurora-mysql5.7',
    authPlugin: 'sha256_password',
  },
  '57-57': {
    blueVersion: '5.7.mysql_aurora.2.12.4',
    greenVersion: '5.7.mysql_aurora.2.12.5',
    blueFamily: 'aurora-mysql5.7',
    authPlugin: 'mysql_native_password',
  },
  '97-97': {
    blueVersion: '9.7.mysql_aurora.9.7.4',
    greenVersion: '9.7.mysql_aurora.9.7.4',
    blueFamily: 'aurora-mysql9.7',
    authPlugin: 'caching_sha2_password',
  },
};

export function isLabPair(text: string): text is LabPair {
  return Object.hasOwn(PAIRINGS, text);
}
