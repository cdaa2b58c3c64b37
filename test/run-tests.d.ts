/** What `npm test` exposes to its own test. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

export function finish(results: readonly Tally[], labTests: number): number;
export function tally(
  name: string,
  code: number,
  json: {
    readonly numPassedTests: number;
    readonly numPendingTests: number;
    readonly numTodoTests: number;
    readonly testResults: readonly {
      readonly name: string;
      readonly status: string;
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    }[];
  },
): Tally;
