import { nearest } from '../../config/nearest';
import { UpgradeError } from '../../engine/errors';
import type { UpgradeCheck } from '../check';

export interface CheckSelection {
  /** Only these; all when absent. */
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}

export interface SelectedChecks {
  readonly checks: readonly UpgradeCheck[];
  /** Ids that were kept out, in the order of the catalogue. */
  readonly skipped: readonly string[];
}

/**
 * In the order of the catalogue, whatever the order of the words. Ids are compared without regard to case. Throws
 * `UpgradeError` code `usage` naming every unknown id and the ids near it.
 */
export function selectChecks(catalogue: readonly UpgradeCheck[], { only, skip }: CheckSelection): SelectedChecks {
  const ids = catalogue.map(({ id }) => id);
  const unknown = [...(only ?? []), ...(skip ?? [])].filter((word) => !has(ids, word));
  if (unknown.length > 0) throw unknownChecks(unknown, ids);
  const isWanted = ({ id }: UpgradeCheck): boolean =>
    (only === undefined || has(only, id)) && (skip === undefined || !has(skip, id));
  return {
    checks: catalogue.filter(isWanted),
    skipped: catalogue.filter((check) => !isWanted(check)).map(({ id }) => id),
  };
}

/** `a, b` and repeated options alike; undefined when nothing was given. */
export function checkIds(words: readonly string[] | undefined): readonly string[] | undefined {
  const ids = (words ?? []).flatMap((word) => word.split(',')).map((word) => word.trim());
  const given = ids.filter((id) => id !== '');
  return given.length === 0 ? undefined : given;
}

function has(ids: readonly string[], word: string): boolean {
  return ids.some((id) => id.toLowerCase() === word.toLowerCase());
}

function unknownChecks(unknown: readonly string[], ids: readonly string[]): UpgradeError {
  const lines = unknown.map((word) => {
    const near = idsNear(word, ids);
    return `There is no check \`${word}\`${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`;
  });
  return new UpgradeError(`unknown check: ${unknown.join(', ')}`, {
    code: 'usage',
    source: 'user',
    hint: [...lines, 'Nothing was run. docs/prechecks/README.md lists the ids; they are separated by commas.'].join(
      '\n',
    ),
  });
}

/** The one that is most likely meant, then those that contain the word; at most three. */
export function idsNear(word: string, ids: readonly string[]): readonly string[] {
  const misspelt = nearest(word, ids);
  const part = word.length >= 3 ? ids.filter((id) => id.toLowerCase().includes(word.toLowerCase())) : [];
  return [...new Set([...(misspelt === undefined ? [] : [misspelt]), ...part])].slice(0, 3);
}
