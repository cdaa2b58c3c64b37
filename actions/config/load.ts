import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { canonicalHash } from '../engine/canonical-json';
import { messageOf, UpgradeError } from '../engine/errors';
import { parseStateLocation } from '../state/location';
import { ConfigError, type ConfigProblem } from './config-error';
import { brokenRules } from './rules';
import { upgradeSchema, type UpgradeConfig } from './schema';
import { expectation, problemsOf } from './schema-problems';
import { parseYaml } from './yaml-source';

/** A configuration whose paths are absolute and whose place of the state is decided. */
export type LoadedConfig = UpgradeConfig & {
  /** A path or `s3://bucket/key`. */
  readonly state: string;
  /** Path that names what this machine keeps beside the state (journal, audit, reports), also when that is in a bucket. */
  readonly besideState: string;
};

/**
 * Reads upgrade.yaml. Relative paths in it (`state`, `network.caFile`) are relative to its folder. Throws `ConfigError`
 * (`config-invalid`) with everything that is wrong at once, or `UpgradeError` code `config-missing`.
 */
export function loadConfig(file: string): LoadedConfig {
  return parseConfig(readText(file), file);
}

/** `loadConfig` of a text that stands, or would stand, in `file`. */
export function parseConfig(text: string, file: string): LoadedConfig {
  const source = parseYaml(text);
  if (source.value === undefined || source.value === null) {
    const empty = {
      line: 1,
      column: 1,
      text: 'The file is empty. `npx aurora-cutover init` writes one to start from.',
    };
    throw new ConfigError(file, source.problems.length > 0 ? source.problems : [empty]);
  }
  const { config, sections, issues } = validate(source.value);
  const problems: ConfigProblem[] = [
    ...source.problems,
    ...issues.flatMap(problemsOf).map(({ path, isAboutKey, text }) => ({ ...source.locate(path, isAboutKey), text })),
    ...brokenRules(sections).map(({ path, text }) => ({ ...source.locate(path, false), text })),
  ];
  if (config === undefined || problems.length > 0) {
    throw new ConfigError(
      file,
      problems.sort((a, b) => a.line - b.line || a.column - b.column),
    );
  }
  return withChangeFiles(withAbsolutePaths(config, dirname(resolve(file))), file, source.locate);
}

/**
 * What a saved plan is bound to. Paths and the Terraform binary are left out: they differ between a laptop and a CI
 * runner and change nothing about what is done.
 */
export function configHash(config: UpgradeConfig): string {
  return canonicalHash({
    ...config,
    state: undefined,
    besideState: undefined,
    notify: undefined,
    network: { ...config.network, caFile: undefined },
    terraform: undefined,
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UpgradeError('there is no configuration', {
      code: 'config-missing',
      source: 'user',
      hint:
        `${file} cannot be read (${messageOf(cause)}). Every command needs it to know which clusters are meant. ` +
        'Write one with `npx aurora-cutover init`, or name another file with --config.',
      cause,
    });
  }
}

type Issues = NonNullable<ReturnType<typeof upgradeSchema.safeParse>['error']>['issues'];

interface Validation {
  /** Undefined when something is wrong. */
  readonly config: UpgradeConfig | undefined;
  /** The sections that are right by themselves, so that rules between them are reported in the same run. */
  readonly sections: Partial<UpgradeConfig>;
  readonly issues: Issues;
}

function validate(value: unknown): Validation {
  const options = { error: expectation, reportInput: true };
  const whole = upgradeSchema.safeParse(value, options);
  if (whole.success) return { config: whole.data, sections: whole.data, issues: [] };
  const given = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const sections: Partial<UpgradeConfig> = Object.fromEntries(
    Object.entries(upgradeSchema.shape).flatMap(([key, schema]) => {
      const section = schema.safeParse(given.get(key));
      return section.success ? [[key, section.data]] : [];
    }),
  );
  return { config: undefined, sections, issues: whole.error.issues };
}

/** Puts the text of each file of `green.changes` beside its path. */
function withChangeFiles(config: LoadedConfig, file: string, locate: Locate): LoadedConfig {
  const problems: ConfigProblem[] = [];
  const changes = config.green.changes.map((change, index) => {
    try {
      return { ...change, sql: readFileSync(resolve(dirname(resolve(file)), change.file), 'utf8') };
    } catch (cause) {
      problems.push({
        ...locate(['green', 'changes', index], false),
        text: `green.changes names ${change.file}, which cannot be read: ${messageOf(cause)}. Paths are relative to the folder of this file.`,
      });
      return change;
    }
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
  return { ...config, green: { ...config.green, changes } };
}

type Locate = ReturnType<typeof parseYaml>['locate'];

function withAbsolutePaths(config: UpgradeConfig, folder: string): LoadedConfig {
  const { caFile } = config.network;
  const usual = resolve(folder, `.aurora-cutover/${config.name}.state.json`);
  const location = parseStateLocation(config.state ?? usual);
  const file = location.is === 'file' ? resolve(folder, location.file) : undefined;
  return {
    ...config,
    state: file ?? config.state ?? usual,
    besideState: file ?? usual,
    network: { ...config.network, ...(caFile === undefined ? {} : { caFile: resolve(folder, caFile) }) },
  };
}
