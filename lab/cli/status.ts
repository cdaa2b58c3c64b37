import { resolve } from 'node:path';
import { askLab, type LabStatus } from '../supervisor/control';
import { labFiles } from '../supervisor/lab-files';
import { readLabRecord, type LabRecord } from '../supervisor/lab-record';
import { isRunning } from '../supervisor/process-identity';
import { exitCode } from './exit-code';
import { DEFAULT_DIR, labArguments } from './lab-arguments';

const USAGE = 'aurora-cutover lab status [--dir DIR] [--json]';

/** Says what runs. Exit 0 when the lab is ready, 1 when there is none or its supervisor is gone. Prints no password. */
export function labStatus(args: readonly string[]): Promise<number> {
  return exitCode(async () => {
    const { dir: directory, json } = labArguments(args, USAGE, {
      dir: { type: 'string', default: DEFAULT_DIR },
      json: { type: 'boolean', default: false },
    });
    const dir = resolve(String(directory));
    const record = readLabRecord(dir);
    if (record === undefined)
      throw new Error(`There is no lab in ${dir}. Start one with \`aurora-cutover lab up --dir ${dir}\`.`);
    if (!isRunning(record.supervisor)) {
      throw new Error(
        `The supervisor of the lab in ${dir} has ended (it was ${record.phase}), but its servers may still run. ` +
          `See ${labFiles(dir).log}, then clean up with \`aurora-cutover lab down --dir ${dir}\`.`,
      );
    }
    const { status } = await askLab(labFiles(dir).controlSocket, { command: 'status' });
    if (status === undefined) throw new Error('The supervisor answered without a status; build the project again.');
    process.stdout.write(
      json === true ? `${JSON.stringify({ ...record.description, status })}\n` : render(record, status),
    );
  });
}

function render({ dir, pair, supervisor }: LabRecord, status: LabStatus): string {
  const relays = Object.entries(status.relays).map(([name, relay]) => {
    const faults = [
      ...(relay.delayMs > 0 ? [`delayed by ${String(relay.delayMs)} ms`] : []),
      ...(relay.isFrozen ? ['frozen'] : []),
      ...(relay.isBlackholed ? ['black-holed'] : []),
    ];
    return `  ${name}: ${String(relay.open)} open, ${String(relay.accepted)} accepted, ${String(relay.denied)} denied${faults.map((fault) => `, ${fault}`).join('')}\n`;
  });
  const times = `up ${status.uptimeSeconds.toFixed(0)} s, ${status.cpuSeconds.toFixed(1)} s of CPU`;
  return `Lab ${pair} in ${dir}: ${status.phase}, ${times}, supervisor ${String(supervisor.pid)}\n${relays.join('')}`;
}
