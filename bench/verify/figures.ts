/** The figures of a run, against their goals. Pure. */
import type { Latency } from './latency';

export interface Speed {
  readonly rows: number;
  readonly chunks: number;
  readonly toolMs: number;
  readonly bareMs: number;
  readonly pt?: { readonly rows: number; readonly ms: number };
}

export interface Figures {
  readonly pair: string;
  /** Of the machine, over 1, 5 and 15 minutes. */
  readonly load: string;
  readonly speed?: Speed;
  /** Why there is no figure of pt-table-checksum. */
  readonly pt?: string | undefined;
  readonly latency?: Latency;
}

const GOALS = { toBare: 1.3, toPt: 3, latency: 1.1 };

interface Line {
  readonly what: string;
  readonly value: string;
  readonly ratio: number;
  readonly goal: string;
  readonly isMet: boolean;
}

export function describe(figures: Figures): string {
  const { pair, load, speed, pt } = figures;
  const lines = linesOf(figures);
  const width = (of: (line: Line) => string): number => Math.max(...lines.map((line) => of(line).length), 0);
  const [what, value] = [width((line) => line.what), width((line) => line.value)];
  return [
    `pair ${pair}, load ${load}${speed ? `, ${speed.rows} rows in ${speed.chunks} chunks: ${perSecond(speed.rows, speed.toolMs)} rows a second` : ''}`,
    ...lines.map(
      (line) =>
        `${line.what.padEnd(what)}  ${line.value.padEnd(value)}  ratio ${line.ratio.toFixed(2)}  goal ${line.goal}  ${line.isMet ? 'met' : 'NOT MET'}`,
    ),
    ...(pt === undefined ? [] : [`pt-table-checksum: ${pt}`]),
  ].join('\n');
}

export function goalsMet(figures: Figures): boolean {
  return linesOf(figures).every(({ isMet }) => isMet);
}

function linesOf({ speed, latency }: Figures): readonly Line[] {
  const lines: Line[] = [];
  if (speed) {
    const { rows, toolMs, bareMs, pt } = speed;
    const ratio = toolMs / bareMs;
    const goal = `at most ${GOALS.toBare} times its time`;
    const value = `${perSecond(rows, bareMs)} rows a second`;
    lines.push({ what: 'bare checksum queries', value, ratio, goal, isMet: ratio <= GOALS.toBare });
    if (pt) {
      const faster = rows / toolMs / (pt.rows / pt.ms);
      const least = `at least ${GOALS.toPt} times its speed`;
      const said = `${perSecond(pt.rows, pt.ms)} rows a second`;
      lines.push({ what: 'pt-table-checksum', value: said, ratio: faster, goal: least, isMet: faster >= GOALS.toPt });
    }
  }
  if (latency) {
    const { withoutMs, withMs } = latency;
    const value = `${withoutMs.toFixed(1)} ms, ${withMs.toFixed(1)} ms during a verification (${latency.rowsPerSecond} rows a second)`;
    const ratio = withMs / withoutMs;
    const goal = `below ${GOALS.latency} times`;
    lines.push({ what: 'p95 of the application', value, ratio, goal, isMet: ratio < GOALS.latency });
  }
  return lines;
}

function perSecond(rows: number, ms: number): number {
  return Math.round((rows / ms) * 1_000);
}
