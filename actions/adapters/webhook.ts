import type { Clock } from '../ports/clock';
import { raceDeadline } from './race-deadline';

const PATIENCE_MS = 4_000;

/**
 * Posts `{"text": ...}` (Slack's incoming webhooks, and what imitates them). Answers why it failed, undefined when it was
 * taken; never throws, and never takes longer than four seconds. The URL is a secret: no answer quotes it.
 */
export async function postWebhook(clock: Clock, url: string, text: string): Promise<string | undefined> {
  const abort = new AbortController();
  const post = async (): Promise<string | undefined> => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: abort.signal,
      redirect: 'error',
    });
    return answer.ok ? undefined : `it answered ${answer.status}`;
  };
  try {
    const raced = await raceDeadline(clock, post(), PATIENCE_MS);
    return raced.is === 'done' ? raced.value : `it did not answer within ${PATIENCE_MS / 1_000} s`;
  } catch {
    return 'it could not be reached';
  } finally {
    abort.abort();
  }
}
