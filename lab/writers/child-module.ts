import { existsSync } from 'node:fs';

/** How to run a module of ours as a process: built, or from its source through tsx. */
export interface ChildModule {
  readonly file: string;
  readonly execArgv: readonly string[];
}

/** `stem` is the module's absolute path without extension. Throws when there is neither a built nor a source file. */
export function childModule(stem: string): ChildModule {
  if (existsSync(`${stem}.js`)) return { file: `${stem}.js`, execArgv: [] };
  if (existsSync(`${stem}.ts`)) return { file: `${stem}.ts`, execArgv: ['--require', require.resolve('tsx/cjs')] };
  throw new Error(
    `Neither ${stem}.js nor ${stem}.ts exists, so the lab cannot start this process. Build the project again.`,
  );
}
