/** Columns as wide as their widest cell; two spaces between; no spaces at the ends of lines. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, [...cell].length);
    });
  }
  return rows
    .map((row) => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}
