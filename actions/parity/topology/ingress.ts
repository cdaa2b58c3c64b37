/** Who is let in by rules of security groups. */
import type { IngressRule } from '../../ports/topology';

/** Address ranges, groups and prefix lists that the groups let in on a TCP port, each once. */
export function sourcesOf(rules: readonly IngressRule[], groupIds: readonly string[], port: number): readonly string[] {
  const open = rules.filter(
    ({ groupId, protocol, fromPort, toPort }) =>
      groupIds.includes(groupId) && (protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort)),
  );
  return [...new Set(open.map(({ source }) => source))].sort();
}

/**
 * Those of `wanted` that none of `open` covers. An IPv4 range is covered by a wider one; everything else only by itself. What a
 * range lets in together with others is not added up, so an answer may name a source that is let in.
 */
export function uncovered(wanted: readonly string[], open: readonly string[]): readonly string[] {
  return wanted.filter((source) => !open.some((one) => one === source || contains(one, source)));
}

function contains(wide: string, narrow: string): boolean {
  const [outer, inner] = [rangeOf(wide), rangeOf(narrow)];
  if (!outer || !inner || outer.bits > inner.bits) return false;
  const size = 2 ** (32 - outer.bits);
  return Math.floor(outer.address / size) === Math.floor(inner.address / size);
}

function rangeOf(source: string): { readonly address: number; readonly bits: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(source);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 32] = match.slice(1).map(Number);
  return { address: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}
