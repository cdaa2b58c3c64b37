/** Milliseconds, with fractions, of the machine's monotonic clock: the same in every process until the next boot. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
