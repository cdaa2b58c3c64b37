/** Whether a table is meant by one of the patterns: `schema.table`, in which `*` stands for any characters. */
export function isNamed(table: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(table);
  });
}
