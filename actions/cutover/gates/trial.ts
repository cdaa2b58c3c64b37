import { changesHash, readTrial, trialFile, type TrialResult } from '../../trial/trial-file';
import type { Gate, GateContext, GateFamily } from './gate';

const NAME = 'trial of the application';

/**
 * How the last `trial` of this green ended. Where none is required, none is no hindrance, and neither its age counts nor what
 * `green.changes` has made of green since; one that did not pass does.
 */
export const trial: GateFamily = {
  name: NAME,
  async ask(context) {
    if (context.direction !== 'cutover') return [];
    const last = await lastTrial(context);
    if (last) return [judge(context, last)];
    if (!context.config.trial.required) return [];
    const reason = 'trial.required in upgrade.yaml asks for one of this green. Run `npm run trial`.';
    return [{ name: NAME, value: 'none', limit: limitOf(context), ok: false, reason, measured: {} }];
  },
};

/** Undefined for a configuration that was not read from a file: nothing lies beside its state. */
async function lastTrial({ config, lineage, facts }: GateContext): Promise<TrialResult | undefined> {
  if (!('besideState' in config) || typeof config.besideState !== 'string') return undefined;
  const found = await readTrial(trialFile(config.besideState));
  const isOurs = found?.lineage === lineage && found.resourceId === facts().green?.resourceId;
  return isOurs ? found : undefined;
}

function judge(context: GateContext, last: TrialResult): Gate {
  const { required, maxAge } = context.config.trial;
  const ageMs = Math.max(0, context.clock.now().getTime() - Date.parse(last.begunAt));
  const isOld = required && ageMs > maxAge;
  const hasChanged = (last.changes ?? changesHash({})) !== changesHash(context.facts());
  const measured = { ageSeconds: Math.round(ageMs / 1_000), exitCode: last.exitCode, outcome: last.outcome };
  return {
    name: NAME,
    value: `${wordOf(last)}, begun ${minutes(ageMs)} ago${hasChanged ? ', before green was changed' : ''}`,
    limit: limitOf(context),
    ok: last.outcome === 'passed' && !isOld && !(required && hasChanged),
    reason:
      last.outcome !== 'passed'
        ? 'Your test suite did not pass on a clone of green. Mend what it found, then run `npm run trial` again.'
        : isOld
          ? 'It is too old. Run `npm run trial` again.'
          : hasChanged
            ? 'Your test suite passed on a clone of green, but the changes of green are others since. Run `npm run trial` again.'
            : 'Your test suite passed on a clone of green.',
    measured,
  };
}

function wordOf({ outcome, exitCode }: TrialResult): string {
  return outcome === 'failed' ? `failed with exit code ${exitCode}` : outcome.replace('-', ' ');
}

function limitOf({ config }: GateContext): string {
  const { required, maxAge } = config.trial;
  return required ? `passed, begun at most ${minutes(maxAge)} ago` : 'none that did not pass';
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole < 120 ? `${whole} min` : `${Math.round(whole / 60)} h`;
}
