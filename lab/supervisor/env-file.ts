import { writeFileSync } from 'node:fs';
import type { LabDescription } from '../contract';
import { labFiles } from './lab-files';

/** What a shell must know before any command of ours meets this lab. Holds passwords. */
export function labEnvironment(lab: LabDescription): Readonly<Record<string, string>> {
  const { master, application } = lab.users;
  return {
    AWS_ENDPOINT_URL: lab.awsEndpoint,
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_REGION: lab.region,
    AURORA_CUTOVER_BLUE_USER: master.user,
    AURORA_CUTOVER_BLUE_PASSWORD: master.password,
    AURORA_CUTOVER_GREEN_USER: master.user,
    AURORA_CUTOVER_GREEN_PASSWORD: master.password,
    TF_CLI_CONFIG_FILE: labFiles(lab.dir).terraformSettings,
    TF_DISABLE_PLUGIN_TLS: '1',
    // Of this lab, so that labs side by side share no Terraform working folder; `cdktf` reads it as its --output.
    CDKTF_OUTPUT: labFiles(lab.dir).cdktfOutput,
    // A lab leaves nothing in the home directory.
    CDKTF_HOME: labFiles(lab.dir).cdktfHome,
    // Else `cdktf` links the stand-in into a cache that real deploys use too.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
    CHECKPOINT_DISABLE: '1',
    LAB_APP_USER: application.user,
    LAB_APP_PASSWORD: application.password,
  };
}

/** Writes them as shell commands, mode 0600. */
export function writeEnvFile(lab: LabDescription): void {
  const lines = Object.entries(labEnvironment(lab)).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  writeFileSync(lab.envFile, lines.join(''), { mode: 0o600 });
}

/** Of POSIX shells: nothing but a single quote means anything inside single quotes. */
function quote(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
