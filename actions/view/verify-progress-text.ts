import type { Told } from '../verify/run-verification';

/** One line. The number of rows to come is the server's estimate, so it may be passed. */
export function describeProgress({ table, number, of, expectedRows, progress, waitingFor }: Told): string {
  const { rows = 0, suspects = [], isRead = false } = progress ?? {};
  const share = expectedRows > 0 ? ` (${Math.min(99, Math.floor((rows / expectedRows) * 100))} %)` : '';
  const again = suspects.length > 0 ? `, ${suspects.length} chunks to look at again` : '';
  const done = isRead ? `${rows} rows read${again}` : `${rows} of about ${expectedRows} rows${share}${again}`;
  return `table ${number} of ${of}, ${table}: ${waitingFor === undefined ? done : `waiting: ${waitingFor}`}`;
}
