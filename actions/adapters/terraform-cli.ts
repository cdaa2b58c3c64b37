/** The `Terraform` port by the terraform (or tofu) program, in the folder that `cdktf` works in. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { messageOf, UpgradeError } from '../engine/errors';
import type { Terraform, TerraformChanges } from '../ports/terraform';
import { runProgram, type ProgramResult } from './run-program';
import { changesOf, diagnosticsOf } from './terraform-json';
import { readStateSerial } from './terraform-state';

export interface TerraformCliOptions {
  /** Folder of cdktf.json, whose `app` is the command that synthesises. */
  readonly appFolder: string;
  /** upgrade.yaml, absolute. */
  readonly configFile: string;
  readonly stackName: string;
  /** `config.terraform.binary`; without it TERRAFORM_BINARY_NAME of the environment, else `terraform`. */
  readonly binary: string | undefined;
  /** Of this process: AWS credentials and Terraform's settings reach the children by it, never by arguments. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Longest time that one of the programs may take; a plan reads every resource from AWS. */
const PROGRAM_TIMEOUT_MS = 10 * 60_000;
/** How long to wait while a deploy holds Terraform's own state lock. */
const LOCK_TIMEOUT = '60s';
const NEEDS_INIT = /terraform init|tofu init|initialization required|reason: .*changed/i;

export function createTerraformCli(options: TerraformCliOptions): Terraform {
  const binary = options.binary ?? options.environment['TERRAFORM_BINARY_NAME'] ?? 'terraform';
  const outputFolder = outputFolderOf(options);
  const stackFolder = join(outputFolder, 'stacks', options.stackName);

  const terraform = (args: readonly string[]): Promise<ProgramResult> =>
    runProgram(binary, args, {
      cwd: stackFolder,
      timeoutMs: PROGRAM_TIMEOUT_MS,
      environment: { ...options.environment, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
    }).catch((error: unknown) => {
      throw isMissing(error) ? missingBinary(binary, error) : error;
    });

  /** Exit codes of `-detailed-exitcode`: 0 nothing to do, 1 failed, 2 there are changes. */
  async function plan(planFile: string): Promise<ProgramResult> {
    const args = ['plan', '-json', '-detailed-exitcode', `-lock-timeout=${LOCK_TIMEOUT}`, `-out=${planFile}`];
    const first = await terraform(args);
    if (first.exitCode !== 1 || !NEEDS_INIT.test(diagnosticsOf(first.stdout) + first.stderr)) return first;
    // The state's path follows upgrade.yaml, so a folder that knows another path is pointed at it; nothing is migrated.
    const initialised = await terraform(['init', '-no-color', '-reconfigure']);
    if (initialised.exitCode !== 0) throw failed('init', initialised);
    return terraform(args);
  }

  return {
    async pendingChanges(): Promise<TerraformChanges> {
      await synthesise(options, outputFolder);
      const folder = await mkdtemp(join(tmpdir(), 'aurora-cutover-plan-'));
      try {
        const planFile = join(folder, 'plan');
        const planned = await plan(planFile);
        if (planned.exitCode === 0) return { changes: [] };
        if (planned.exitCode !== 2) throw failed('plan', planned);
        const shown = await terraform(['show', '-json', planFile]);
        if (shown.exitCode !== 0) throw failed('show', shown);
        return { changes: changesOf(shown.stdout) };
      } finally {
        // A saved plan holds Terraform's state in clear text.
        await rm(folder, { recursive: true, force: true });
      }
    },
    stateSerial: () => readStateSerial(join(dirname(options.configFile), `terraform.${options.stackName}.tfstate`)),
  };
}

/** Where `cdktf` puts its work: CDKTF_OUTPUT is its command line's setting, CDKTF_OUTDIR its library's. */
function outputFolderOf({ appFolder, environment }: TerraformCliOptions): string {
  return environment['CDKTF_OUTPUT'] ?? environment['CDKTF_OUTDIR'] ?? join(appFolder, 'cdktf.out');
}

async function synthesise(options: TerraformCliOptions, outputFolder: string): Promise<void> {
  const { app } = JSON.parse(await readFile(join(options.appFolder, 'cdktf.json'), 'utf8')) as { app: string };
  const result = await runProgram('sh', ['-c', app], {
    cwd: options.appFolder,
    timeoutMs: PROGRAM_TIMEOUT_MS,
    environment: { ...options.environment, AURORA_CUTOVER_CONFIG: options.configFile, CDKTF_OUTDIR: outputFolder },
  });
  if (result.exitCode === 0) return;
  throw new UpgradeError('the Terraform stack cannot be synthesised', {
    code: 'terraform-synth-failed',
    source: 'tool',
    hint: `Without it the tool cannot tell whether Terraform agrees with what it is about to do. \`${app}\` in ${options.appFolder} said:\n${result.stderr.trim()}`,
  });
}

function failed(command: string, result: ProgramResult): UpgradeError {
  const said = diagnosticsOf(result.stdout) || result.stderr.trim() || result.stdout.trim();
  return new UpgradeError(`terraform ${command} failed`, {
    code: 'terraform-failed',
    source: 'tool',
    hint: `Without it the tool cannot tell whether Terraform agrees with what it is about to do. It said:\n${said}\nSee the same with \`npx cdktf diff\`.`,
  });
}

function missingBinary(binary: string, cause: unknown): UpgradeError {
  return new UpgradeError('terraform is not installed', {
    code: 'terraform-missing',
    source: 'user',
    hint: `The program ${JSON.stringify(binary)} was not found (${messageOf(cause)}). Install Terraform 1.5 or later (developer.hashicorp.com/terraform/install) or OpenTofu (opentofu.org/docs/intro/install), or name the program in upgrade.yaml as \`terraform.binary\` or in TERRAFORM_BINARY_NAME.`,
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
