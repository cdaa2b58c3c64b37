import { stopLab } from '../supervisor/stop-lab';
import { exitCode } from './exit-code';
import { DEFAULT_DIR, labArguments } from './lab-arguments';

const USAGE = 'aurora-cutover lab down [--dir DIR] [--json]';

/** Ends a lab and removes its data; fine when there is none. */
export function labDown(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { dir, json } = labArguments(args, USAGE, {
      dir: { type: 'string', default: DEFAULT_DIR },
      json: { type: 'boolean', default: false },
    });
    const result = await stopLab(String(dir));
    const forced = result.wasForced ? ' Its supervisor was gone or hung, so what it had left was killed.' : '';
    const text = result.wasThere ? `The lab is down and its data are removed.${forced}` : 'There was no lab.';
    process.stdout.write(json === true ? `${JSON.stringify({ type: 'lab-down', ...result })}\n` : `${text}\n`);
  });
}
