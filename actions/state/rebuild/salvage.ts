/** What can be read out of a state that cannot be trusted as a whole. Nothing is taken on faith: see where it is used. */
import { decodeState } from '../encoding';
import type { UpgradeState } from '../format';

export interface Salvage {
  /** Lineages that the texts name; one that opens the tool's account on a server is the right one. */
  readonly lineages: readonly string[];
  /** The highest serial that any of them names; 0 when none does. */
  readonly serial: number;
  /** The newest text that can be trusted wholly, for what no server knows. */
  readonly trusted: UpgradeState | undefined;
}

export function salvage(texts: readonly (string | undefined)[], name: string): Salvage {
  const present = texts.filter((text) => text !== undefined);
  const find = (pattern: RegExp): readonly string[] =>
    present.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
  const trusted = present.flatMap((text) => trustedOf(text, name)).sort((a, b) => b.serial - a.serial);
  return {
    lineages: [...new Set(find(/"lineage"\s*:\s*"([0-9A-Za-z-]{1,64})"/g))],
    serial: Math.max(0, ...find(/"serial"\s*:\s*(\d{1,12})/g).map(Number)),
    trusted: trusted[0],
  };
}

function trustedOf(text: string, name: string): readonly UpgradeState[] {
  try {
    return [decodeState(text, 'a copy', name)];
  } catch {
    return [];
  }
}
