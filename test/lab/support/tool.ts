/** The built tool as a test runs it: what is waited for must be told. */
import { readFileSync } from 'node:fs';
import { CLONE } from '../../../lab/rehearsal/tool';
import {
  startTool as start,
  type Told,
  type ToolOptions,
  type ToolProcess as Started,
  type ToolRun,
} from '../../../lab/rehearsal/tool-process';

export { CLONE };
export type { Told, ToolRun };

export interface ToolProcess extends Started {
  /** Resolves with the first object, told before or from now on, that fits. Rejects when the process ends without one. */
  told(fits: (object: Told) => boolean): Promise<Told>;
  /** Its argument list as every user of the machine can read it. */
  commandLine(): string;
}

type Options = Pick<ToolOptions, 'environment'> & Partial<ToolOptions>;

export function runTool(words: readonly string[], options: Options): Promise<ToolRun> {
  return startTool(words, options).done;
}

export function startTool(words: readonly string[], { environment, cwd = CLONE }: Options): ToolProcess {
  const tool = start(words, { environment, cwd });
  return {
    ...tool,
    async told(fits) {
      const found = await tool.told(fits);
      if (found) return found;
      const { exitCode, stdout, stderr } = await tool.done;
      throw new Error(`It ended (${exitCode}) without telling that: ${stdout}${stderr}`);
    },
    commandLine: () => readFileSync(`/proc/${String(tool.pid)}/cmdline`, 'utf8').replaceAll('\0', ' '),
  };
}

/** The one error that a run with `--json` has told. */
export function errorOf({ objects, exitCode, stdout, stderr }: ToolRun): {
  readonly code?: string;
  readonly summary?: string;
  readonly hint?: string;
} {
  const errors = objects.filter((told) => told['type'] === 'error');
  if (errors.length !== 1) throw new Error(`${errors.length} errors, exit code ${exitCode}: ${stdout}${stderr}`);
  return { ...errors[0] };
}
