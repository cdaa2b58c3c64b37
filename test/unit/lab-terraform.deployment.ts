/** A folder with an upgrade.yaml, deployed by the real terraform through the stand-in to an account of the lab. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RDSClient } from '@aws-sdk/client-rds';
import { createTerraformCli } from '../../actions/adapters/terraform-cli';
import type { Terraform } from '../../actions/ports/terraform';
import { encodeState } from '../../actions/state/encoding';
import type { ClusterFacts, UpgradeState } from '../../actions/state/format';
import { installProviderMirror } from '../../lab/terraform/provider-mirror';
import { BLUE, FACTS, makeState } from '../stacks/fixtures';
import { BLUE_VERSION, openAccount, REGION, SECURITY_GROUP, type Account } from './lab-terraform.account';

export const DEPLOY_TIMEOUT_MS = 180_000;

const NAME = 'orders-v3';
const { kmsKeyId: _unused, ...UNENCRYPTED } = BLUE;

/** Blue as the account has it. */
export const LAB_BLUE: ClusterFacts = {
  ...UNENCRYPTED,
  engineVersion: BLUE_VERSION,
  subnetGroup: 'default',
  securityGroupIds: [SECURITY_GROUP],
  clusterParameterGroup: 'default.aurora-mysql5.7',
  instanceParameterGroup: 'default.aurora-mysql5.7',
};

export interface Deployment {
  readonly account: Account;
  readonly rds: RDSClient;
  /** Where upgrade.yaml lies. */
  readonly folder: string;
  /** The synthesised stack. */
  readonly stackFolder: string;
  /** `green` and what else differs from the default, as YAML in braces. */
  writeUpgrade(green: string): void;
  writeState(overrides?: Partial<UpgradeState>): void;
  port(binary?: string): Terraform;
  /** Pending changes as `action address attributes...`, sorted. */
  pending(): Promise<string[]>;
  terraform(...args: string[]): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** Throws what terraform says when it fails. */
  apply(): Promise<void>;
  close(): Promise<void>;
}

/** `describe`; without terraform, which the README asks for, the one test in it says what is missing. */
export function describeWithTerraform(name: string, body: () => void): void {
  if (spawnSync('terraform', ['version']).status === 0) {
    describe(name, body);
    return;
  }
  describe(name, () => {
    test('terraform is installed', () => {
      throw new Error('terraform is not on the PATH, so nothing could be deployed to the lab; install 1.5 or newer');
    });
  });
}

export async function openDeployment(): Promise<Deployment> {
  const account = await openAccount();
  const folder = mkdtempSync(join(tmpdir(), 'lab-terraform-'));
  mkdirSync(join(folder, '.aurora-cutover'));
  const output = join(folder, 'cdktf.out');
  const mirror = installProviderMirror(folder);
  const environment = { ...process.env, ...account.environment, ...mirror.environment, CDKTF_OUTPUT: output };
  const stackFolder = join(output, 'stacks', NAME);
  const rds = new RDSClient({
    region: REGION,
    endpoint: account.environment['AWS_ENDPOINT_URL'] ?? '',
    credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
  });
  const port = (binary?: string): Terraform =>
    createTerraformCli({
      appFolder: resolve(__dirname, '../..'),
      configFile: join(folder, 'upgrade.yaml'),
      stackName: NAME,
      binary,
      environment,
    });
  const terraform: Deployment['terraform'] = (...args) =>
    new Promise((done) => {
      execFile('terraform', args, { cwd: stackFolder, env: environment }, (error, stdout, stderr) => {
        done({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr });
      });
    });

  return {
    account,
    rds,
    folder,
    stackFolder,
    writeUpgrade(green) {
      writeFileSync(
        join(folder, 'upgrade.yaml'),
        `
name: ${NAME}
region: ${REGION}
blue: { cluster: orders }
green: ${green}
endpoints: [{ kind: route53, zoneId: Z0123456789ABC, name: db.example.internal }]
`,
      );
    },
    writeState(overrides = {}) {
      const state = makeState({ facts: { ...FACTS, blue: LAB_BLUE }, ...overrides });
      writeFileSync(join(folder, '.aurora-cutover', `${NAME}.state.json`), encodeState(state));
    },
    port,
    async pending() {
      const { changes } = await port().pendingChanges();
      return changes
        .map(({ actions, address, attributes }) => [actions.join('+'), address, ...attributes].join(' '))
        .sort();
    },
    terraform,
    async apply() {
      const { exitCode, output: said } = await terraform('apply', '-auto-approve', '-input=false', '-no-color');
      if (exitCode !== 0) throw new Error(said);
    },
    async close() {
      rds.destroy();
      await account.endpoint.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
