import { readHealth } from '../health/read-health';
import type { Health } from '../health/health';
import type { StepContext } from '../engine/step';

/** CloudWatch has news once a minute, and every look costs money. */
const NEWS_MS = 30_000;

/** Answers what it knows until that is half a minute old. Never rejects but for an interruption. */
export function healthWatch(context: StepContext): () => Promise<Health> {
  let known: { readonly atMs: number; readonly health: Health } | undefined;
  return async () => {
    const atMs = context.clock.monotonicMs();
    if (known === undefined || atMs - known.atMs >= NEWS_MS) known = { atMs, health: await readHealth(context) };
    return known.health;
  };
}
