import { UpgradeError, explain } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import type { MysqlServer, Side } from '../../ports/mysql-server';
import {
  compareRecentChunks,
  planRecentChunks,
  type RecentChunks,
  type RecentVerdict,
} from '../../verify/recent-chunks';
import { lastVerification } from '../gates/verification';
import type { SwitchContext } from '../switch-context';

/** Catalogues of many tables take their time on 5.7. */
const PLAN_MS = 120_000;
/** Of what is left until the commit must be reached, so much may be spent on looking. */
const SHARE_OF_BUDGET = 0.5;

/**
 * For before the fence; undefined when no time is given for it, or, with a note, when it cannot be planned. The answer is to be
 * closed with the switch.
 */
export async function planComparisonInsideFence(
  context: Pick<StepContext, 'config' | 'emit' | 'lineage' | 'signal'>,
  servers: Readonly<Record<Side, MysqlServer>>,
  from: Side,
): Promise<RecentChunks | undefined> {
  if (context.config.verify.insideTheFence === 0) return undefined;
  const within = { timeoutMs: PLAN_MS, signal: context.signal };
  try {
    const last = await lastVerification(context);
    return await planRecentChunks(servers, from, last?.source === from ? last : undefined, within);
  } catch (error) {
    noteNotCompared(context, 'will not be', error);
    return undefined;
  }
}

/** Rethrows what an interruption threw. */
function noteNotCompared({ emit, signal }: Pick<StepContext, 'emit' | 'signal'>, tense: string, error: unknown): void {
  signal.throwIfAborted();
  const text = `what changed last ${tense} compared inside the fence: ${explain(error)}`;
  emit({ type: 'note', level: 'warning', code: 'not-compared-inside-fence', text });
}

/**
 * For when `to` has applied the final position. Throws `recent-rows-differ`, which undoes the switch. A look that cannot be taken
 * is noted and does not: nothing speaks against the data then.
 */
export async function compareInsideFence(
  context: Pick<SwitchContext, 'clock' | 'config' | 'emit' | 'found' | 'signal' | 'within'>,
  recent: RecentChunks | undefined,
): Promise<void> {
  if (!recent) return;
  const withinMs = Math.min(context.config.verify.insideTheFence, context.within().timeoutMs * SHARE_OF_BUDGET);
  let verdict: RecentVerdict;
  try {
    verdict = await compareRecentChunks(recent, context.clock, withinMs, context.signal);
  } catch (error) {
    noteNotCompared(context, 'was not', error);
    return;
  }
  const { compared, of, rows, ms, differing } = verdict;
  if (differing.length === 0) {
    context.found.evidence.push(
      `${compared} of ${of} chunks that changed last compared inside the fence, ${rows} rows in ${Math.round(ms)} ms: equal`,
    );
    return;
  }
  const named = differing.map(
    ({ table, keys, isCut }) => `${table} (${[...keys, ...(isCut ? ['more'] : [])].join('; ')})`,
  );
  throw new UpgradeError(`rows differ while nobody writes: ${named.join(', ')}`, {
    code: 'recent-rows-differ',
    source: 'mysql',
    hint: 'Both sides stood at one position, so green does not have the data of blue. Run `npm run verify`, mend what differs, then cut over.',
  });
}
