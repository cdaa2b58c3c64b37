/** How many rows the next chunk has, so that it takes about as long as it should. */

const FEWEST = 100;
const MOST = 2_000_000;
/** The first chunk of a table is a guess. */
export const FIRST_ROWS = 5_000;
/** Between two chunks the size changes by no more than this factor. */
const STEP = 4;

/** `rows` were read in `ms`; `targetMs` is what a chunk should take. */
export function nextChunkRows(size: number, rows: number, ms: number, targetMs: number): number {
  // A chunk that the range cut short says little about time.
  if (rows * 2 < size && ms < targetMs) return size;
  const factor = Math.min(STEP, Math.max(1 / STEP, targetMs / Math.max(ms, 1)));
  // Half the way up, all the way down: what is too long hurts, what is too short does not.
  const careful = factor > 1 ? 1 + (factor - 1) * 0.75 : factor;
  return Math.round(Math.min(MOST, Math.max(FEWEST, size * careful)));
}
