import type { LabPair } from '../contract';

export interface Pairing {
  readonly blueVersion: string;
  readonly greenVersion: string;
  /** Family of blue's parameter groups. */
  readonly blueFamily: string;
}

/** Versions of blue and green, as Aurora writes them. `9.7` is the lab's own: it stands for whatever follows 8.4. */
export const PAIRINGS: Readonly<Record<LabPair, Pairing>> = {
  '57-97': {
    blueVersion: '5.7.mysql_aurora.2.12.4',
    greenVersion: '9.7.mysql_aurora.9.7.4',
    blueFamily: 'aurora-mysql5.7',
  },
  '57-57': {
    blueVersion: '5.7.mysql_aurora.2.12.4',
    greenVersion: '5.7.mysql_aurora.2.12.5',
    blueFamily: 'aurora-mysql5.7',
  },
  '97-97': {
    blueVersion: '9.7.mysql_aurora.9.7.4',
    greenVersion: '9.7.mysql_aurora.9.7.4',
    blueFamily: 'aurora-mysql9.7',
  },
};

export function isLabPair(text: string): text is LabPair {
  return Object.hasOwn(PAIRINGS, text);
}
