import { readVerification, verificationFiles, type VerificationFile } from '../../verify/progress-file';
import { countVerdicts } from '../../verify/result';
import { isNamed } from '../../verify/table-names';
import type { Gate, GateContext, GateFamily } from './gate';

const NAME = 'verification of the data';

/**
 * What the last `verify` found. Where none is required, none is no hindrance, and its age does not count; a difference that
 * was found does.
 */
export const verification: GateFamily = {
  name: NAME,
  async ask(context) {
    if (context.direction !== 'cutover') return [];
    const { required } = context.config.verify;
    const last = await lastVerification(context);
    if (last) return [judge(context, last)];
    return required
      ? [
          {
            name: NAME,
            value: 'none',
            limit: limitOf(context),
            ok: false,
            reason: 'verify.required in upgrade.yaml asks for one. Run `npm run verify`.',
            measured: {},
          },
        ]
      : [];
  },
};

/** Undefined for a configuration that was not read from a file: nothing lies beside its state. */
export async function lastVerification({
  config,
  lineage,
}: Pick<GateContext, 'config' | 'lineage'>): Promise<VerificationFile | undefined> {
  if (!('besideState' in config) || typeof config.besideState !== 'string') return undefined;
  const found = await readVerification(verificationFiles(config.besideState).last);
  return found?.lineage === lineage ? found : undefined;
}

function judge(context: GateContext, last: VerificationFile): Gate {
  const { required, maxAge, unverified } = context.config.verify;
  const ageMs = Math.max(0, context.clock.now().getTime() - Date.parse(last.begunAt));
  const counts = countVerdicts(last.results);
  const lacking = last.results.filter(({ table, verdict, share }) => {
    return !isNamed(table, unverified) && (verdict !== 'verified' || share < 1);
  });
  const problems = [
    ...(counts.differs > 0 ? [`${counts.differs} tables differ`] : []),
    ...(required && !last.isComplete ? ['not every table was compared'] : []),
    ...(required && lacking.length > 0 ? [`not verified: ${lacking.map(({ table }) => table).join(', ')}`] : []),
    ...(required && ageMs > maxAge ? ['it is too old'] : []),
  ];
  return {
    name: NAME,
    value: `${counts.verified} of ${last.results.length} tables verified, begun ${minutes(ageMs)} ago`,
    limit: limitOf(context),
    ok: problems.length === 0,
    reason:
      problems.length === 0
        ? 'Green had the data of blue when it was last looked at.'
        : `${capital(problems.join('; '))}. Run \`npm run verify\`${counts.differs > 0 ? ' and mend what differs: the application would go on with other data' : ''}.`,
    measured: { ageSeconds: Math.round(ageMs / 1_000), tables: last.results.length, ...counts },
  };
}

function limitOf({ config }: GateContext): string {
  const { required, maxAge } = config.verify;
  return required ? `every table verified, begun at most ${minutes(maxAge)} ago` : 'no difference found';
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole < 120 ? `${whole} min` : `${Math.round(whole / 60)} h`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
