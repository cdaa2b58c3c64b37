/** Milliseconds as people say them: `0 ms`, `850 ms`, `2.1 s`, `1 min 05 s`, `2 h 03 min`, `3 d 04 h`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${twoDigits(hours % 24)} h`;
}

/** Whole seconds below a minute, for a wait beside its budget: `12 s of 15 min 00 s`. */
export function formatWait(elapsedMs: number, budgetMs: number): string {
  return `${whole(elapsedMs)} of ${whole(budgetMs)}`;
}

function whole(ms: number): string {
  return ms < 60_000 && ms % 1000 !== 0 ? `${Math.floor(ms / 1000)} s` : formatDuration(ms).replace('.0 s', ' s');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
