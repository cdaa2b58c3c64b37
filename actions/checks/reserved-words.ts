import { crosses, type Crossing, type MysqlNumbers } from './crossing';

/**
 * Words that 9.7.4 reserves and 5.7.29 does not: each was tried as an unquoted name on both servers. Since when is from the
 * MySQL manual, "Keywords and Reserved Words"; for EXTERNAL only the series is known.
 */
const RESERVED_SINCE: readonly { readonly since: MysqlNumbers; readonly words: string }[] = [
  {
    since: [8, 0, 11],
    words:
      'CUBE CUME_DIST DENSE_RANK EMPTY EXCEPT FIRST_VALUE FUNCTION GROUPING GROUPS JSON_TABLE LAG LAST_VALUE LEAD NTH_VALUE NTILE OF OVER PERCENT_RANK RANK RECURSIVE ROW ROWS ROW_NUMBER SYSTEM WINDOW',
  },
  { since: [8, 0, 14], words: 'LATERAL' },
  { since: [8, 0, 31], words: 'INTERSECT' },
  { since: [8, 3, 0], words: 'QUALIFY' },
  { since: [8, 4, 0], words: 'TABLESAMPLE' },
  { since: [9, 0, 0], words: 'EXTERNAL' },
  { since: [9, 2, 0], words: 'LIBRARY' },
];

export const ALL_NEW_RESERVED_WORDS: readonly string[] = RESERVED_SINCE.flatMap(({ words }) => words.split(' ')).sort();

/** Words that become reserved on the way, in upper case. */
export function newReservedWords(crossing: Crossing): ReadonlySet<string> {
  return new Set(
    RESERVED_SINCE.filter(({ since }) => crosses(crossing, ...since)).flatMap(({ words }) => words.split(' ')),
  );
}
