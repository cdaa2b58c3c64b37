/** Puts the stand-in where `terraform init` looks for the AWS provider. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** What `@cdktf/provider-aws` asks for. */
const VERSION = '6.25.0';
/** Terraform's and OpenTofu's names for the same provider. */
const REGISTRIES = ['registry.terraform.io', 'registry.opentofu.org'];
const PROTO_FILES = ['tfplugin5.proto', 'go-plugin.proto', 'health.proto'];

export interface ProviderMirror {
  /** For TF_CLI_CONFIG_FILE: HashiCorp's providers come from the mirror and from nowhere else. */
  readonly cliConfigFile: string;
  /** What Terraform and `cdktf` need in their environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes the mirror and Terraform's settings into an existing folder; an older mirror there is replaced. */
export function installProviderMirror(dir: string): ProviderMirror {
  const mirror = join(dir, 'mirror');
  for (const registry of REGISTRIES) {
    const folder = join(mirror, registry, 'hashicorp', 'aws', VERSION, platform());
    mkdirSync(folder, { recursive: true });
    installProvider(folder);
  }
  const cliConfigFile = join(dir, 'terraform.rc');
  writeFileSync(cliConfigFile, cliConfig(mirror));
  return {
    cliConfigFile,
    environment: {
      TF_CLI_CONFIG_FILE: cliConfigFile,
      TF_DISABLE_PLUGIN_TLS: '1',
      // cdktf would put the stand-in into the cache of the user's home, where real deploys would find it.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
      CHECKPOINT_DISABLE: '1',
    },
  };
}

function installProvider(folder: string): void {
  const executable = join(folder, `terraform-provider-aws_v${VERSION}_x5`);
  buildSync({
    entryPoints: [source('main')],
    outfile: executable,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    banner: { js: `#!${process.execPath}` },
    logLevel: 'error',
  });
  chmodSync(executable, 0o755);
  for (const file of PROTO_FILES) copyFileSync(join(__dirname, 'wire', file), join(folder, file));
}

/** This code runs as sources (tests) and as built JavaScript (the launcher). */
function source(name: string): string {
  const typescript = join(__dirname, `${name}.ts`);
  return existsSync(typescript) ? typescript : join(__dirname, `${name}.js`);
}

/** As Go names them. */
function platform(): string {
  return `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

function cliConfig(mirror: string): string {
  const providers = JSON.stringify(REGISTRIES.map((registry) => `${registry}/hashicorp/*`));
  return `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ${providers}
  }
  direct {
    exclude = ${providers}
  }
}
`;
}
