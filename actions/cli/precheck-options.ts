import { checkIds, type CheckSelection } from '../checks/run/select-checks';
import { mysqlNumbers } from '../checks/crossing';
import { UpgradeError } from '../engine/errors';
import type { CommonOptions } from './options';

/** As commander hands them over. */
export interface PrecheckOptions extends CommonOptions {
  readonly format?: string;
  readonly all?: boolean;
  readonly target?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly tls?: string;
  readonly ca?: string;
  readonly checkTables?: boolean;
  readonly maxTables?: string;
  readonly fixScript?: string;
  /** True without a file: the log of green's writer. */
  readonly log?: string | true;
  readonly oracle?: string;
  readonly onClone?: boolean;
  readonly probeFences?: boolean;
}

export type PrecheckFormat = 'text' | 'markdown' | 'junit' | 'html';
/** Where the throw-away server of the target version comes from: the lab of this machine, or AWS. */
export type OracleKind = 'lab' | 'clone';
export type TlsMode = 'verified' | 'unverified' | 'off';

/** The options that every way of running takes, understood. */
export interface PrecheckWishes {
  readonly format: PrecheckFormat;
  readonly selection: CheckSelection;
  readonly target: string | undefined;
  readonly checkTables: boolean;
  readonly maxTables: number | undefined;
  readonly port: number;
  /** Undefined: decided by where the server is. */
  readonly tls: TlsMode | undefined;
  readonly oracle: OracleKind | undefined;
  readonly onClone: boolean;
  readonly probeFences: boolean;
}

const FORMATS: readonly PrecheckFormat[] = ['text', 'markdown', 'junit', 'html'];
const TLS_MODES: readonly TlsMode[] = ['verified', 'unverified', 'off'];
const ORACLES: readonly OracleKind[] = ['lab', 'clone'];

/** Throws `UpgradeError` code `usage`. */
export function understand(options: PrecheckOptions): PrecheckWishes {
  if (options.target !== undefined) assertVersion(options.target);
  for (const [option, isGiven] of [
    ['--on-clone', options.onClone === true],
    ['--oracle clone', options.oracle === 'clone'],
    ['--probe-fences', options.probeFences === true],
  ] as const) {
    if (isGiven && (options.host !== undefined || options.log !== undefined)) throw needsConfig(option);
  }
  return {
    format: oneOf('--format', FORMATS, options.format ?? 'text'),
    selection: { only: checkIds(options.only), skip: checkIds(options.skip) },
    target: options.target,
    checkTables: options.checkTables === true,
    maxTables: options.maxTables === undefined ? undefined : wholeNumber('--max-tables', options.maxTables),
    port: options.port === undefined ? 3306 : wholeNumber('--port', options.port),
    tls: options.tls === undefined ? undefined : oneOf('--tls', TLS_MODES, options.tls),
    onClone: options.onClone === true,
    probeFences: options.probeFences === true,
    oracle: options.oracle === undefined ? undefined : oneOf('--oracle', ORACLES, options.oracle),
  };
}

function needsConfig(option: string): UpgradeError {
  return usageError(
    `${option} needs upgrade.yaml`,
    'Nothing was run. It is about the cluster that upgrade.yaml names; leave --host and --log out.',
  );
}

export function usageError(summary: string, hint: string): UpgradeError {
  return new UpgradeError(summary, { code: 'usage', source: 'user', hint });
}

function oneOf<T extends string>(option: string, known: readonly T[], word: string): T {
  const found = known.find((one) => one === word);
  if (found !== undefined) return found;
  throw usageError(`${option} cannot be ${word}`, `Nothing was run. ${option} is one of ${known.join(', ')}.`);
}

function wholeNumber(option: string, word: string): number {
  if (/^[1-9]\d{0,8}$/.test(word)) return Number(word);
  throw usageError(`${option} cannot be ${word}`, `Nothing was run. ${option} is a whole number from 1.`);
}

function assertVersion(version: string): void {
  try {
    mysqlNumbers(version);
  } catch {
    throw usageError(
      `--target cannot be ${version}`,
      'Nothing was run. Write a version of MySQL with all three numbers, such as 8.0.36, or of Aurora, such as 8.0.mysql_aurora.3.08.2.',
    );
  }
}
