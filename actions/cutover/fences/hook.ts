import { OutcomeUnknownError, UpgradeError } from '../../engine/errors';
import { value } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import type { CommandOutcome } from '../../ports/command';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import { endSessions, type SessionKiller } from '../kill-sessions';
import type { Fence } from './fence';

export interface HookCommands {
  /** Program and arguments. */
  readonly close: readonly string[];
  readonly open: readonly string[];
  /** Exit code 0: closed; 1: open; anything else, or no end in time: unknown. */
  readonly state: readonly string[];
  readonly timeout: number;
}

/**
 * Commands of the operator's own. Exit code 0 of `close` and `open` says done, any other says not done; a command that was
 * killed at its timeout leaves it unknown. In each case `state` is what counts: it is asked afterwards, and it decides.
 */
export function hookFence(
  context: StepContext,
  server: MysqlServer,
  facts: ClusterFacts,
  killer: SessionKiller,
  commands: HookCommands,
): Fence {
  const run = async ([program = '', ...args]: readonly string[], within: CallLimits): Promise<CommandOutcome> =>
    context.commands.run(
      {
        program,
        args,
        environment: {
          AURORA_CUTOVER_SIDE: server.side,
          AURORA_CUTOVER_CLUSTER: facts.clusterId,
          AURORA_CUTOVER_ENDPOINT: facts.endpoint,
          AURORA_CUTOVER_PORT: String(facts.port),
        },
      },
      { ...within, timeoutMs: Math.min(within.timeoutMs, commands.timeout) },
    );
  const isClosed = async (within: CallLimits): Promise<boolean> => {
    const outcome = await run(commands.state, within);
    if (outcome.is === 'exited' && outcome.exitCode <= 1) return outcome.exitCode === 0;
    throw new OutcomeUnknownError(`whether the fence hook of ${server.side} is closed is not known`, {
      source: 'user',
      hint: `${say(commands.state, outcome)}; exit code 0 would say closed, 1 open. Run it by hand and mend it.`,
    });
  };
  const set = async (closed: boolean, within: CallLimits): Promise<void> => {
    const words = closed ? commands.close : commands.open;
    const outcome = await run(words, within);
    if ((await isClosed(within)) === closed) return;
    throw new UpgradeError(`the fence hook of ${server.side} did not ${closed ? 'close' : 'open'}`, {
      code: 'fence-hook-failed',
      source: 'user',
      hint: `${say(words, outcome)}. Run it by hand to see what it lacks.`,
    });
  };
  return {
    kind: 'hook',
    async close(within) {
      await set(true, within);
      await endSessions(context, server, killer, within, () => true);
    },
    open: (within) => set(false, within),
    // A command that did not end in time was killed with its children.
    settle: () => Promise.resolve(),
    isClosed,
    // What it does is not known here.
    binds: () => false,
    changes: (closed) => [
      value(`fence hook of ${server.side}`, '', (closed ? commands.close : commands.open).join(' ')),
    ],
    manualOpen: () => [commands.open.join(' ')],
    async probe(within) {
      return `${commands.state.join(' ')} says ${(await isClosed(within)) ? 'closed' : 'open'}`;
    },
  };
}

function say(words: readonly string[], outcome: CommandOutcome): string {
  const command = `\`${words.join(' ')}\``;
  switch (outcome.is) {
    case 'exited':
      return `${command} ended with exit code ${outcome.exitCode}${outcome.output ? `: ${outcome.output}` : ''}`;
    case 'killed':
      return `${command} was killed: ${outcome.why}${outcome.output ? `: ${outcome.output}` : ''}`;
    case 'not-started':
      return `${command} could not be started: ${outcome.why}`;
  }
}
