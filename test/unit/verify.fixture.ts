/** A table on a source that others write to, and on a replica that follows some writes behind; checksums are the values. */
import type { Side } from '../../actions/ports/mysql-server';
import type { KeyRange, KeyTexts } from '../../actions/mysql/verify-ranges';
import type { Sum } from '../../actions/mysql/verify-queries';
import type { Rows, TableReader } from '../../actions/verify/table-reader';

export interface Write {
  readonly key: number;
  /** Undefined: the row is deleted. */
  readonly value: number | undefined;
}

/** Blue is the source. Between any two questions others write, and the replica applies a little. */
export class FollowedTable implements TableReader {
  readonly hasKey = true;
  readonly blue = new Map<number, number>();
  readonly green = new Map<number, number>();
  private readonly log: Write[] = [];
  private applied = 0;
  /** How many questions were answered. */
  asked = 0;

  /** `writes`: what others do before the next question; `applies`: how many writes the replica applies before it. */
  constructor(
    rows: readonly (readonly [number, number])[],
    private readonly writes: () => readonly Write[],
    private readonly applies: () => number,
  ) {
    for (const [key, value] of rows) {
      this.blue.set(key, value);
      this.green.set(key, value);
    }
  }

  sum(side: Side, range: KeyRange): Promise<Sum> {
    return this.answer(() => {
      const rows = this.within(side, range);
      return { rows: rows.length, checksum: String(rows.reduce((sum, [key, value]) => sum + hash(key, value), 0)) };
    });
  }

  next(side: Side, range: KeyRange, size: number): Promise<KeyTexts | undefined> {
    return this.answer(() => {
      const row = this.within(side, range).sort(([a], [b]) => a - b)[size - 1];
      return row && [String(row[0])];
    });
  }

  rows(side: Side, range: KeyRange): Promise<Rows> {
    return this.answer(() => new Map(this.within(side, range).map(([key, value]) => [String(key), String(value)])));
  }

  rowsOf(side: Side, keys: readonly string[]): Promise<Rows> {
    return this.answer(() => {
      const wanted = new Set(keys);
      const rows = this.within(side, { after: undefined, upTo: undefined });
      return new Map(
        rows.map(([key, value]) => [String(key), String(value)] as const).filter(([key]) => wanted.has(key)),
      );
    });
  }

  /** As the real one: what was logged when it was asked is applied when it resolves. */
  async pass(): Promise<void> {
    const position = this.log.length;
    await this.answer(() => undefined);
    while (this.applied < position) this.applyOne();
  }

  private within(side: Side, { after, upTo }: KeyRange): (readonly [number, number])[] {
    const [above, below] = [Number(after?.[0] ?? -Infinity), Number(upTo?.[0] ?? Infinity)];
    return [...this[side]].filter(([key]) => key > above && key <= below);
  }

  private answer<T>(read: () => T): Promise<T> {
    this.asked += 1;
    for (const write of this.writes()) {
      this.log.push(write);
      change(this.blue, write);
    }
    for (let left = this.applies(); left > 0 && this.applied < this.log.length; left--) this.applyOne();
    return Promise.resolve(read());
  }

  private applyOne(): void {
    const write = this.log[this.applied];
    if (write) change(this.green, write);
    this.applied += 1;
  }
}

function change(rows: Map<number, number>, { key, value }: Write): void {
  if (value === undefined) rows.delete(key);
  else rows.set(key, value);
}

function hash(key: number, value: number): number {
  return (Math.imul(key + 1, 0x9e3779b1) ^ Math.imul(value + 7, 0x85ebca6b)) >>> 0;
}

/** The same sequence for the same seed (mulberry32). */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}
