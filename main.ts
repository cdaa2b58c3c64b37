/**
 * The CDKTF app: loads upgrade.yaml (or the file that AURORA_CUTOVER_CONFIG names) and the upgrade's state, builds the one
 * stack, synthesises it. Terraform's own state lies beside upgrade.yaml, wherever this clone is.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { App } from 'cdktf';
import { parse } from 'yaml';
import { upgradeSchema, type UpgradeConfig } from './actions/config/schema';
import { UpgradeError } from './actions/engine/errors';
import { readStateFile } from './actions/state/read';
import { blueprintOf } from './stacks/blueprint';
import { UpgradeStack } from './stacks/upgrade-stack';

function synthesise(configFile: string): void {
  const config = loadConfig(configFile);
  const folder = dirname(configFile);
  const stateFile = resolve(folder, config.state ?? `.aurora-cutover/${config.name}.state.json`);
  const state = readStateFile(stateFile, config.name);
  const app = new App();
  new UpgradeStack(app, blueprintOf(config, state), resolve(folder, `terraform.${config.name}.tfstate`));
  app.synth();
}

function loadConfig(file: string): UpgradeConfig {
  return upgradeSchema.parse(parse(readFileSync(file, 'utf8')));
}

try {
  synthesise(resolve(process.env['AURORA_CUTOVER_CONFIG'] ?? 'upgrade.yaml'));
} catch (error) {
  if (!(error instanceof UpgradeError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
  process.exitCode = 1;
}
