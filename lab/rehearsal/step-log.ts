/** Steps of a rehearsal, told as they happen. */

/** A step has failed and was told; what follows it is not tried. */
export class RehearsalFailure extends Error {}

export class StepLog {
  readonly steps: { readonly title: string; readonly durationMs: number; readonly ok: boolean }[] = [];

  constructor(private readonly progress: (line: string) => void) {}

  get ok(): boolean {
    return this.steps.every((step) => step.ok);
  }

  /** Throws `RehearsalFailure` after telling why. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    this.progress(`… ${title}`);
    try {
      const answer = await work();
      const durationMs = performance.now() - start;
      this.steps.push({ title, durationMs, ok: true });
      this.progress(`✓ ${title} (${(durationMs / 1_000).toFixed(1)} s)`);
      return answer;
    } catch (error) {
      this.steps.push({ title, durationMs: performance.now() - start, ok: false });
      this.progress(`✗ ${title}: ${error instanceof Error ? error.message : String(error)}`);
      throw new RehearsalFailure(title, { cause: error });
    }
  }

  failed(title: string, error: unknown): void {
    this.steps.push({ title, durationMs: 0, ok: false });
    this.progress(`✗ ${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
