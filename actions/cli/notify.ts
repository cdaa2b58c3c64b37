import { systemClock } from '../adapters/system-clock';
import { thisProcess } from '../adapters/this-process';
import { postWebhook } from '../adapters/webhook';
import type { UpgradeConfig } from '../config/schema';
import type { Printer } from '../view/printer';

export interface Ended {
  readonly verb: string;
  readonly exitCode: number;
  readonly phase: string | undefined;
}

/** Tells the webhook how a command ended, after it has ended: lock released, connections closed. Trouble is a note. */
export async function notifyEnd(
  { notify, name }: Pick<UpgradeConfig, 'notify' | 'name'>,
  environment: Readonly<Record<string, string | undefined>>,
  printer: Printer,
  { verb, exitCode, phase }: Ended,
): Promise<void> {
  if (notify.webhook === undefined) return;
  const url = environment[notify.webhook];
  const { user, host } = thisProcess.self();
  const text = `${name}: ${verb} ${MEANING[exitCode] ?? `ended with exit code ${exitCode}`}${phase === undefined ? '' : `, phase ${phase}`} (${user}@${host})`;
  const failure = url
    ? await postWebhook(systemClock, url, text)
    : `the environment variable ${notify.webhook} is not set`;
  if (failure === undefined) return;
  const note = `the webhook was not told how ${verb} ended: ${failure}. Nothing else depends on it.`;
  printer.emit({ type: 'note', level: 'warning', code: 'webhook-failed', text: note });
}

const MEANING: Readonly<Record<number, string>> = {
  0: 'is done',
  1: 'FAILED',
  3: 'was refused; nothing was changed',
  4: 'was aborted and undone: the old side serves',
  5: 'NEEDS A PERSON NOW',
  6: 'was refused: the state is locked',
  130: 'was interrupted',
};
