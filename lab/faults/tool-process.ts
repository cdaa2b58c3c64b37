/** The tool as the suite watches it: by its events. */
import { startTool as start, type ToolOptions, type ToolProcess as Started } from '../rehearsal/tool-process';

export type { ToolRun } from '../rehearsal/tool-process';

export interface ToolProcess extends Started {
  /** Whether the switch has entered this state. */
  reached(state: string): Promise<boolean>;
}

export function startTool(words: readonly string[], options: ToolOptions): ToolProcess {
  const tool = start([...words, '--json'], options);
  return {
    ...tool,
    reached: async (state) =>
      (await tool.told((object) => object['type'] === 'cutover-state' && object['state'] === state)) !== undefined,
  };
}
