/**
 * The CDKTF app: loads upgrade.yaml (or the file that AURORA_CUTOVER_CONFIG names) and the upgrade's state, builds the one
 * stack, synthesises it. Terraform's own state lies beside upgrade.yaml, wherever this clone is.
 */
import { dirname, resolve } from 'node:path';
import { App } from 'cdktf';
import { loadConfig, type LoadedConfig } from './actions/config/load';
import { UpgradeError } from './actions/engine/errors';
import type { UpgradeState } from './actions/state/format';
import { parseStateLocation } from './actions/state/location';
import { readStateFile } from './actions/state/read';
import { blueprintOf } from './stacks/blueprint';
import { UpgradeStack } from './stacks/upgrade-stack';

async function synthesise(configFile: string): Promise<void> {
  const config = loadConfig(configFile);
  const state = await stateOf(config);
  const app = new App();
  new UpgradeStack(app, blueprintOf(config, state), resolve(dirname(configFile), `terraform.${config.name}.tfstate`));
  app.synth();
}

/** A state in a bucket is asked for each time: what Terraform declares must follow it, so nothing older will do. */
async function stateOf(config: LoadedConfig): Promise<UpgradeState | undefined> {
  if (parseStateLocation(config.state).is === 'file') return readStateFile(config.state, config.name);
  // Loaded only here: a state in a file needs no AWS SDK.
  const { readSharedState } = await import('./actions/adapters/shared-state');
  return readSharedState(config.state, config);
}

synthesise(resolve(process.env['AURORA_CUTOVER_CONFIG'] ?? 'upgrade.yaml')).catch((error: unknown) => {
  if (!(error instanceof UpgradeError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
  process.exitCode = 1;
});
