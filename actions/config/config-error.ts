import { UpgradeError } from '../engine/errors';

/** One thing that is wrong in upgrade.yaml. `line` and `column` count from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** A full sentence that names the key. */
  readonly text: string;
}

/** Everything that is wrong with a configuration at once; `hint` holds one `file:line:column: sentence` a line. */
export class ConfigError extends UpgradeError {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super('the configuration is not valid', {
      code: 'config-invalid',
      source: 'user',
      hint: problems.map(({ line, column, text }) => `${file}:${line}:${column}: ${text}`).join('\n'),
    });
    this.name = 'ConfigError';
    this.file = file;
    this.problems = problems;
  }
}
