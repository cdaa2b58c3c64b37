import type { ParameterLevel } from '../ports/aws';

/** One a level. On Aurora an instance's value wins over its cluster's. */
export type Levels<T> = Readonly<Record<ParameterLevel, T>>;

export const LEVELS: readonly ParameterLevel[] = ['cluster', 'instance'];

export function otherLevel(level: ParameterLevel): ParameterLevel {
  return level === 'cluster' ? 'instance' : 'cluster';
}
