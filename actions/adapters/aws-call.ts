/** Calls through SDK v3. Each client is loaded when it is first needed: all of them together would slow every start. */
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clock } from '../ports/clock';
import type { CallLimits } from '../ports/mysql-server';
import { awsError, changeError, timeoutError, unknownOutcome, type IamAction } from './aws-errors';
import { raceDeadline } from './race-deadline';

/** Endpoints, profiles and credentials come from the SDK's ordinary places. */
export interface AwsSettings {
  readonly region: string;
  readonly clock: Clock;
  /** Aborted when the operator does not want to wait for answers any more; changes settle all the same. */
  readonly signal?: AbortSignal;
  /** What keeps connections open: one for all clients, so that a question has made the handshake that a change would have to make. */
  readonly connections?: () => Promise<NodeHttpHandler>;
}

/** What every client is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly requestHandler?: NodeHttpHandler;
}

export async function clientSettings({ region, connections }: AwsSettings): Promise<ClientSettings> {
  return { region, ...(connections ? { requestHandler: await connections() } : {}) };
}

export interface Options {
  readonly abortSignal: AbortSignal;
}

/** Asks, with the SDK's standard retries. Rejects with `awsError`, or `aws-timeout` after 30 s. */
export async function ask<T>(
  { clock, signal }: Pick<AwsSettings, 'clock' | 'signal'>,
  action: IamAction,
  work: (options: Options) => Promise<T>,
  recover: (error: unknown) => T | undefined = () => undefined,
): Promise<T> {
  const abort = new AbortController();
  try {
    const raced = await raceDeadline(clock, work({ abortSignal: abort.signal }), READ_TIMEOUT_MS, signal);
    if (raced.is === 'done') return raced.value;
    if (raced.is === 'aborted') throw signal?.reason;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const recovered = recover(error);
    if (recovered !== undefined) return recovered;
    throw awsError(action, error);
  } finally {
    abort.abort();
  }
  throw timeoutError(action, READ_TIMEOUT_MS);
}

/** Makes a change. Rejects with `changeError`; a missed deadline or an interruption leaves the outcome unknown. */
export async function change<T>(
  clock: Clock,
  action: IamAction,
  limits: CallLimits,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  limits.signal?.throwIfAborted();
  const abort = new AbortController();
  const raced = await raceDeadline(clock, work({ abortSignal: abort.signal }), limits.timeoutMs, limits.signal).catch(
    (error: unknown) => {
      throw changeError(action, error);
    },
  );
  if (raced.is === 'done') return raced.value;
  abort.abort();
  const why = raced.is === 'late' ? `AWS did not answer within ${limits.timeoutMs} ms` : 'The call was interrupted';
  throw unknownOutcome(action, why);
}

/** Follows the markers of a paged answer. */
export async function allPages<T>(
  page: (
    marker: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly marker: string | undefined }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let marker: string | undefined;
  do {
    const answer = await page(marker);
    items.push(...(answer.items ?? []));
    marker = answer.marker === '' ? undefined : answer.marker;
  } while (marker !== undefined);
  return items;
}

/** Makes something once, at its first use. */
export function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const READ_TIMEOUT_MS = 30_000;
