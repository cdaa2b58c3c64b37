/** Comparisons of what stands around the data, for people. Pure. */
import type { ParityReport, ParityRow } from '../parity/parity';
import { renderTable } from './table';

/** Rows that are the same are counted, not shown. */
export function renderParity({ part, rows }: ParityReport): string {
  const shown = rows.filter(({ verdict }) => verdict !== 'same');
  const table = renderTable([
    [part, 'blue', 'green', 'verdict'],
    ...shown.map(({ subject, blue, green, verdict }) => [subject, cell(blue), cell(green), verdict]),
  ]);
  const notes = shown.flatMap(({ subject, reason, cure = [] }) =>
    reason === undefined && cure.length === 0
      ? []
      : [`${subject}: ${reason ?? ''}`.trimEnd(), ...cure.map((line) => `    ${line}`)],
  );
  return [...(shown.length > 0 ? [table] : []), ...notes, summary(part, rows)].join('\n');
}

/** One long value would make every line as wide; `--json` has all of it. */
const WIDEST = 60;

function cell(value: string | null): string {
  if (value === null) return 'none';
  return value.length > WIDEST ? `${value.slice(0, WIDEST - 1)}…` : value;
}

function summary(part: string, rows: readonly ParityRow[]): string {
  const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
  const verdicts = ['blocks', 'warns', 'expected', 'intended'].filter((verdict) => count(verdict) > 0);
  const others = verdicts.map((verdict) => `${count(verdict)} ${verdict}`);
  return `${part}: ${rows.length} compared, ${[`${count('same')} the same`, ...others].join(', ')}`;
}
