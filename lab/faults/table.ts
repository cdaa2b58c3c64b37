/**
 * Results as a table: a line a fault and direction, with how often it ended how, the longest time with both sides `read_only`
 * (seen on the servers), and the longest in which no client was told of a write (locked tables show there only).
 */
import type { RoundResult } from './round';

export function renderTable(results: readonly RoundResult[]): string {
  const groups = new Map<string, RoundResult[]>();
  for (const result of results) {
    const key = `${result.fault}\t${result.direction}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const rows = [...groups].map(([key, group]) => [
    ...key.split('\t'),
    String(group.length),
    ends(group),
    `${Math.max(...group.map(({ closedMs }) => closedMs))} ms`,
    `${Math.max(...group.map(({ gapMs }) => gapMs))} ms`,
    String(group.filter(({ problems }) => problems.length > 0).length),
  ]);
  const head = ['fault', 'direction', 'rounds', 'end state', 'both read_only', 'no write told', 'failed'];
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function ends(group: readonly RoundResult[]): string {
  const counts = new Map<string, number>();
  for (const { end, notes } of group) {
    const told = notes.includes('missed') ? `${end} (fault missed)` : end;
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  return [...counts].map(([end, count]) => (count === 1 ? end : `${end} ×${count}`)).join('; ');
}
