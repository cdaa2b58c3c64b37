/** A verification for people. Pure. */
import { countVerdicts, type TableResult, type Verification } from '../verify/result';
import { formatDuration } from './duration';
import { renderTable } from './table';

const WORDS: Readonly<Record<TableResult['verdict'], string>> = {
  verified: 'verified',
  differs: 'DIFFERS',
  unsettled: 'unsettled',
  'no-key': 'no key',
  skipped: 'skipped',
};

export function renderVerification(verification: Verification): string {
  const { tables, source } = verification;
  const rows = tables.map((one) => [
    WORDS[one.verdict],
    one.table,
    one.method === 'none' ? '' : `${one.rows} rows`,
    one.method === 'none' ? '' : `${one.chunks} ${one.chunks === 1 ? 'chunk' : 'chunks'}${sampled(one)}`,
    one.method === 'none' ? '' : formatDuration(one.ms),
    remark(one),
  ]);
  const differing = tables.filter(({ differences }) => differences.length > 0).map(renderDifferences);
  return [renderTable(rows), '', ...differing, summary(tables, source)].join('\n');
}

function sampled({ share }: TableResult): string {
  return share < 1 ? ` (${Math.round(share * 100)} % of them compared)` : '';
}

function remark({ method, verdict, reason, notCompared }: TableResult): string {
  return [
    reason ?? (verdict === 'verified' && method === 'whole' ? 'has no key, read in one piece' : ''),
    notCompared.length > 0 ? `on one side only: ${notCompared.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

function renderDifferences({ table, differences, isCut }: TableResult): string {
  const lines = differences.flatMap(({ key, is, values }) => [
    `  ${key}: ${{ missing: 'missing on green', extra: 'on green only', changed: 'other values' }[is]}`,
    ...(values ?? []).map(({ column, blue, green }) => `      ${column}: blue ${shown(blue)}, green ${shown(green)}`),
  ]);
  return [`${table}:`, ...lines, ...(isCut ? ['  … and perhaps more (--max-differences)'] : []), ''].join('\n');
}

function shown(value: string | null): string {
  return value === null ? 'NULL' : JSON.stringify(value);
}

function summary(tables: readonly TableResult[], source: string): string {
  const counts = countVerdicts(tables);
  const parts = Object.entries(counts).flatMap(([verdict, count]) =>
    count === 0 ? [] : [`${count} ${WORDS[verdict as TableResult['verdict']]}`],
  );
  const rows = tables.reduce((sum, one) => sum + one.rows, 0);
  return `${tables.length} ${tables.length === 1 ? 'table' : 'tables'}, ${rows} rows of ${source}: ${parts.join(', ')}`;
}
