/** The only place that constructs adapters. */
import { dirname, join, resolve } from 'node:path';
import { createAws } from '../adapters/aws-sdk';
import { commandRunner } from '../adapters/command-runner';
import { createMysql2Connector } from '../adapters/mysql2-connector';
import { systemClock } from '../adapters/system-clock';
import { createTerraformCli } from '../adapters/terraform-cli';
import { loadConfig, type LoadedConfig } from '../config/load';
import { greenNames } from '../config/names';
import { UpgradeError } from '../engine/errors';
import type { Ports } from '../ports/ports';
import type { Side } from '../ports/mysql-server';
import type { RescuableStore } from '../ports/state-store';
import type { Terraform } from '../ports/terraform';
import type { Watchdog } from '../ports/watchdog';
import { watchdogProcess } from '../adapters/watchdog-process';
import { openStateStore } from './open-state-store';

/** Where cdktf.json is: above dist/actions/cli or actions/cli. */
const CLONE = resolve(__dirname, __dirname.includes('dist') ? '../../..' : '../..');

export interface Composition {
  readonly config: LoadedConfig;
  readonly ports: Ports;
  readonly store: RescuableStore;
  readonly terraform: Terraform;
  readonly watchdog: Watchdog;
}

/** Reads the configuration; throws `ConfigError` with everything that is wrong with it. Connects to nothing yet. */
export function compose(
  configFile: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Composition {
  const config = loadConfig(configFile);
  const aws = createAws({ region: config.region, clock: systemClock, ...(signal ? { signal } : {}) });
  const endpointOf = async (side: Side): Promise<{ host: string; port: number }> => {
    const id = side === 'blue' ? config.blue.cluster : greenNames(config).cluster;
    const cluster = await aws.rds.cluster(id);
    if (!cluster) {
      throw new UpgradeError(`${side} was not found`, {
        code: `${side}-not-found`,
        source: 'aws',
        hint: `There is no cluster \`${id}\` in ${config.region} for this AWS identity. Check \`${side}.cluster\` and \`region\` in upgrade.yaml${side === 'green' ? '; green is created by `npx cdktf deploy`' : ''}.`,
      });
    }
    return { host: cluster.endpoint, port: cluster.port };
  };
  return {
    config,
    ports: {
      aws,
      clock: systemClock,
      commands: commandRunner({ folder: dirname(resolve(configFile)), environment, clock: systemClock }),
      mysql: createMysql2Connector({ config, endpointOf, secrets: aws.secrets, environment, clock: systemClock }),
    },
    store: openStateStore(config.state, config),
    watchdog: watchdogProcess({
      command: [process.execPath, join(CLONE, 'bin', 'aurora-cutover.js')],
      configFile: resolve(configFile),
      logFile: `${config.besideState}.watchdog.log`,
    }),
    terraform: createTerraformCli({
      appFolder: CLONE,
      configFile: resolve(configFile),
      stackName: config.name,
      binary: config.terraform.binary,
      environment,
    }),
  };
}
