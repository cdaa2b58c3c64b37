/** CommandRunner over programs that act on the simulated world. A kill is a fault like any other: done or not, nobody knows. */
import { UpgradeError } from '../../actions/engine/errors';
import type { Command, CommandRunner } from '../../actions/ports/command';
import type { Side } from '../../actions/ports/mysql-server';
import { guarded } from './endpoints';
import type { SimulatedProcess } from './process';
import type { SimulatedWorld } from './world';

/** What a program does, and its exit code. Those that only look end in `-state`. */
type Program = (world: SimulatedWorld, command: Command) => number;

const PROGRAMS: Readonly<Record<string, Program>> = {
  'fence-close': (world, command) => setHook(world, command, true),
  'fence-open': (world, command) => setHook(world, command, false),
  'fence-state': ({ data }, { environment }) => (data.servers[sideOf(environment)].isHookClosed ? 0 : 1),
  'endpoint-switch'(world, { environment }) {
    world.pointApplicationAt(environment['AURORA_CUTOVER_TO_HOST'] ?? '');
    return 0;
  },
  'endpoint-state'({ data }, { environment }) {
    data.record.isUnclear = false;
    if (data.record.value === environment['AURORA_CUTOVER_TO_HOST']) return 0;
    return data.record.value === environment['AURORA_CUTOVER_FROM_HOST'] ? 1 : 2;
  },
};

export function simulatedCommands(process: SimulatedProcess): CommandRunner {
  return {
    async run(command, limits) {
      const isLook = command.program.endsWith('-state');
      try {
        const run = (): Promise<number> =>
          process.attempt({
            kind: isLook ? 'question' : 'command',
            text: `run ${command.program}`,
            limits,
            act: () => programOf(command)(process.world, command),
          });
        const exitCode = await (command.program === 'endpoint-switch' ? guarded(process.world, run) : run());
        return { is: 'exited', exitCode, output: '' };
      } catch (error) {
        if (!(error instanceof UpgradeError)) throw error;
        return error.code === 'simulated'
          ? { is: 'not-started', why: error.message }
          : { is: 'killed', why: error.message, output: '' };
      }
    },
  };
}

function setHook({ data }: SimulatedWorld, { environment }: Command, closed: boolean): number {
  data.servers[sideOf(environment)].isHookClosed = closed;
  return 0;
}

function sideOf(environment: Command['environment']): Side {
  return environment['AURORA_CUTOVER_SIDE'] === 'green' ? 'green' : 'blue';
}

function programOf({ program }: Command): Program {
  const found = PROGRAMS[program];
  if (!found) throw new Error(`the simulation has no program ${program}`);
  return found;
}
