import type { LabDescription } from '../contract';
import { ControlServer, type ControlReply, type ControlRequest } from './control';
import { applyFault } from './relay-faults';
import { Lab } from './lab';
import { labFiles } from './lab-files';
import { withoutPasswords, writeLabRecord, type LabRecord } from './lab-record';
import { identify } from './process-identity';
import type { StartMessage, StartOptions } from './start-lab';

/**
 * The supervisor of one lab, a process of its own. Its starter sends the options over IPC and may go away once the lab is
 * ready; before that, the starter's end is the lab's end too. Afterwards it obeys the control socket, and ends on
 * `shutdown` or a signal. Only `stopLab` removes files.
 */
const startedMs = performance.now();
let isReady = false;
let ending: Promise<void> | undefined;
let control: ControlServer | undefined;
let lab: Lab | undefined;
let record: LabRecord | undefined;

async function start(options: StartOptions): Promise<LabDescription> {
  record = { format: 1, phase: 'starting', pair: options.pair, dir: options.dir, supervisor: identify(process.pid) };
  writeLabRecord(record);
  control = await ControlServer.open(labFiles(options.dir).controlSocket, obey);
  lab = new Lab(options, (text) => {
    tell({ type: 'progress', text, elapsedMs: Math.round(performance.now() - startedMs) });
  });
  const description = await lab.start();
  record = { ...record, phase: 'ready', description: withoutPasswords(description) };
  writeLabRecord(record);
  return description;
}

async function obey(request: ControlRequest): Promise<ControlReply> {
  switch (request.command) {
    case 'status':
      return {
        ok: true,
        status: {
          phase: record?.phase ?? 'starting',
          uptimeSeconds: process.uptime(),
          cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
          relays: lab?.relays() ?? {},
        },
      };
    case 'shutdown':
      setImmediate(() => void end(0));
      return Promise.resolve({ ok: true });
    case 'server':
      await lab?.harmServer(request.clusterId, request.fault);
      return { ok: true };
    case 'relay':
      return { ok: true, relay: applyFault(lab?.relay(request.endpoint), request) };
  }
}

function end(exitCode: number): Promise<void> {
  ending ??= (async () => {
    try {
      await lab?.stop();
      await control?.close();
    } catch (error) {
      console.error('The lab could not be ended in order; `lab down` ends what is left.', error);
    }
    process.exit(exitCode);
  })();
  return ending;
}

function tell(message: StartMessage): void {
  console.error(message.type === 'ready' ? 'ready' : message);
  if (process.connected) process.send?.(message);
}

async function run(options: StartOptions): Promise<void> {
  try {
    const description = await start(options);
    isReady = true;
    tell({ type: 'ready', lab: description });
  } catch (error) {
    console.error(error);
    if (record !== undefined) writeLabRecord({ ...record, phase: 'failed' });
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    await end(1);
  }
}

process.once('message', (options: StartOptions) => void run(options));
process.once('disconnect', () => {
  if (!isReady) void end(1);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
process.on('uncaughtException', (error) => {
  console.error('A failure that leaves the supervisor in an unknown state: the lab ends.', error);
  void end(1);
});
process.on('unhandledRejection', (error) => {
  console.error('Nobody handled this failure; the lab goes on.', error);
});
