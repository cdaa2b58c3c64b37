/** A history as a person reads it. */
import type { Call } from './process';

export interface ProcessTrail {
  readonly command: string;
  readonly calls: readonly Call[];
  readonly ended: string;
}

export function printTrail(trail: readonly ProcessTrail[]): string {
  return trail
    .map(({ command, calls, ended }) =>
      [
        `$ ${command}`,
        ...shorten(calls.map(({ text, outcome }) => `    ${text}${outcome === 'ok' ? '' : `  <-- ${outcome}`}`)),
        `  => ${ended}`,
      ].join('\n'),
    )
    .join('\n');
}

/** Polls repeat themselves: three lines say it. */
function shorten(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const line of lines) {
    if (kept.length >= 6 && line === kept.at(-2) && line === kept.at(-4) && kept.at(-1) === kept.at(-3)) continue;
    kept.push(line);
  }
  return kept;
}
