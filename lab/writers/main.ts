import { writeFile } from 'node:fs/promises';
import { Fleet } from './fleet';
import type { LoadReply, LoadRequest } from './messages';

/**
 * The load as a process of its own, so that its clocks and its event loop are not shared with the tool it measures. It
 * obeys requests over IPC and ends when the channel closes, whatever happened to its parent.
 */
let fleet: Fleet | undefined;

async function obey(request: LoadRequest): Promise<LoadReply> {
  const { id } = request;
  if (request.type === 'start') {
    if (fleet !== undefined) throw new Error('The writers were started before; stop this load and create a new one.');
    fleet = new Fleet(request.options);
    return { type: 'done', id };
  }
  if (fleet === undefined)
    throw new Error('The writers have not been started, so there is nothing to report; start them first.');
  switch (request.type) {
    case 'progress':
      return { type: 'progress', id, progress: fleet.progress() };
    case 'snapshot':
      return { type: 'snapshot', id, snapshot: fleet.snapshot() };
    case 'save':
      await writeFile(request.file, JSON.stringify(fleet.snapshot()));
      return { type: 'done', id };
    case 'stop':
      await fleet.stop();
      return { type: 'done', id };
  }
}

process.on('message', (request: LoadRequest) => {
  obey(request)
    .catch((error: unknown): LoadReply => {
      return { type: 'failed', id: request.id, message: error instanceof Error ? error.message : String(error) };
    })
    .then((reply) => process.send?.(reply))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
