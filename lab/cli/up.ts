import { isLabPair } from '../supervisor/pairings';
import { startLab } from '../supervisor/start-lab';
import { exitCode } from './exit-code';
import { DEFAULT_DIR, labArguments, UsageError } from './lab-arguments';

const USAGE = 'aurora-cutover lab up [--pair 57-97|57-57|97-97] [--dir DIR] [--denied hang|reset] [--json]';

/** Starts a lab. Stdout: what to do with it, or with `--json` its description with passwords. Stderr: progress. */
export function labUp(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { pair, dir, denied, json } = labArguments(args, USAGE, {
      pair: { type: 'string', default: '57-97' },
      dir: { type: 'string', default: DEFAULT_DIR },
      denied: { type: 'string', default: 'hang' },
      json: { type: 'boolean', default: false },
    });
    if (typeof pair !== 'string' || !isLabPair(pair))
      throw new UsageError(`There is no pair ${String(pair)}.\nUsage: ${USAGE}`);
    if (denied !== 'hang' && denied !== 'reset') throw new UsageError(`--denied is hang or reset.\nUsage: ${USAGE}`);
    const lab = await startLab({ pair, dir: String(dir), denied }, (text, elapsedMs) => {
      process.stderr.write(`${(elapsedMs / 1000).toFixed(1).padStart(6)}s  ${text}\n`);
    });
    process.stdout.write(
      json === true
        ? `${JSON.stringify(lab)}\n`
        : `The lab is up: ${lab.blue.clusterId} serves ${lab.applicationHost}.\n\n` +
            `  . ${lab.envFile}\n  aurora-cutover precheck --config ${lab.upgradeFile}\n\n` +
            `End it with: aurora-cutover lab down --dir ${lab.dir}\n`,
    );
  });
}
