/** A trial for people. Pure. */
import type { TrialClone } from '../trial/trial-clone';
import type { TrialResult } from '../trial/trial-file';
import { formatDuration } from './duration';

/** What `status` knows of trials. */
export interface TrialStatus {
  readonly last?: Pick<TrialResult, 'outcome' | 'exitCode' | 'endedAt'>;
  /** `left-over`: nobody uses it any more, and it costs money. */
  readonly clone?: TrialClone & { readonly is: 'in use' | 'kept' | 'expired' | 'left over' };
  /** Why it is not known whether there is a clone. */
  readonly failure?: string;
}

const CLEAN = 'npm run trial -- --clean';

export function renderTrial(result: TrialResult, kept: TrialClone | undefined): string {
  const took = formatDuration(result.durationMs);
  const command = `\`${result.command.join(' ')}\``;
  const headline = {
    passed: `Passed: ${command} ended with exit code 0 after ${took}, on a clone of green (MySQL ${result.version}).`,
    failed: `FAILED: ${command} ended with exit code ${result.exitCode} after ${took}, on a clone of green (MySQL ${result.version}).`,
    killed: `FAILED: ${command} was killed after ${took}: ${result.why ?? 'no reason'}.`,
    'not-started': `FAILED: ${command} could not be started: ${result.why ?? 'no reason'}.`,
  }[result.outcome];
  return [
    headline,
    ...(result.output === '' ? [] : ['', ...result.output.split('\n').map((line) => `  ${line}`), '']),
    kept
      ? `The clone ${kept.cluster} is kept until ${kept.expiresAt}; \`${CLEAN}\` deletes it before.`
      : 'The clone has been deleted.',
  ].join('\n');
}

/** One line. */
export function renderTrialStatus({ last, clone, failure }: TrialStatus): string {
  const parts = [
    ...(last ? [`${last.outcome === 'passed' ? 'passed' : `did not pass (${last.outcome})`} at ${last.endedAt}`] : []),
    ...(clone ? [describeClone(clone)] : []),
    ...(failure === undefined ? [] : [`whether there is a clone could not be asked: ${failure}`]),
  ];
  return parts.join('; ');
}

/** Worth a warning: it costs money, and nobody uses it. */
export function isForgotten({ clone }: TrialStatus): boolean {
  return clone?.is === 'expired' || clone?.is === 'left over';
}

function describeClone({ cluster, expiresAt, madeBy, is }: NonNullable<TrialStatus['clone']>): string {
  switch (is) {
    case 'in use':
      return `a trial of ${madeBy} uses the clone ${cluster}, which expires at ${expiresAt}`;
    case 'kept':
      return `the clone ${cluster} is kept until ${expiresAt}; ${CLEAN} deletes it`;
    case 'expired':
      return `the clone ${cluster} expired at ${expiresAt} and costs money: ${CLEAN} deletes it`;
    case 'left over':
      return `the clone ${cluster} was left by a trial that ended early and costs money: ${CLEAN} deletes it`;
  }
}
