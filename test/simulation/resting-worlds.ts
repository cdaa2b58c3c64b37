/** Worlds at rest, made by the production steps: each is made once and handed out as a copy. */
import type { UpgradeConfig } from '../../actions/config/schema';
import { runCommand, type Command } from './commands';
import { SimulatedProcess } from './process';
import { configOf, deployGreen, newWorld, type Pair } from './scenario';
import { SimulatedWorld } from './world';
import { copyOf, type WorldData } from './world-data';

export type Resting = 'prepared' | 'deployed' | 'replicating' | 'switched';

/** `arrange` changes blue before anything has been done. */
export async function restingWorld(
  pair: Pair,
  at: Resting,
  arrange: (data: WorldData) => void = () => undefined,
  config: UpgradeConfig = configOf(pair),
): Promise<WorldData> {
  const world = new SimulatedWorld(newWorld(pair));
  arrange(world.data);
  await runWithoutFault(world, 'apply', config);
  if (at !== 'prepared') deployGreen(world.data, pair);
  if (at === 'replicating' || at === 'switched') await runWithoutFault(world, 'apply', config);
  if (at === 'switched') await runWithoutFault(world, 'cutover', config);
  return copyOf(world.data);
}

/** Throws when it does not end as it should, and when a rule was broken on the way. */
async function runWithoutFault(world: SimulatedWorld, command: Command, config: UpgradeConfig): Promise<void> {
  const process = new SimulatedProcess(world, new Map());
  const ended = await runCommand(command, process, { config, allowed: ['allow-reboot'] });
  if (ended.is !== 'done' && ended.is !== 'waiting') throw new Error(`${command} ended ${JSON.stringify(ended)}`);
  if (world.violations.length > 0) throw new Error(JSON.stringify(world.violations));
  world.pass(1_000);
}
