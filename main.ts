/**
 * The CDKTF app: loads upgrade.yaml (or the file that AURORA_CUTOVER_CONFIG names) and the upgrade's state, builds the one
 * stack, synthesises it. Terraform's own state lies beside upgrade.yaml, wherever this clone is.
 */
import { dirname, resolve } from 'node:path';
import { App } from 'cdktf';
import { loadConfig } from './actions/config/load';
import { UpgradeError } from './actions/engine/errors';
import { readStateFile } from './actions/state/read';
import { blueprintOf } from './stacks/blueprint';
import { UpgradeStack } from './stacks/upgrade-stack';

function synthesise(configFile: string): void {
  const config = loadConfig(configFile);
  const state = readStateFile(config.state, config.name);
  const app = new App();
  new UpgradeStack(app, blueprintOf(config, state), resolve(dirname(configFile), `terraform.${config.name}.tfstate`));
  app.synth();
}

try {
  synthesise(resolve(process.env['AURORA_CUTOVER_CONFIG'] ?? 'upgrade.yaml'));
} catch (error) {
  if (!(error instanceof UpgradeError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
  process.exitCode = 1;
}
