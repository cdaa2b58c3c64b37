/** What the two kinds of Route 53 endpoints share. */
import { waitUntil } from '../../engine/wait-until';
import { UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import type { DnsRecord } from '../../ports/aws';
import type { CallLimits } from '../../ports/mysql-server';

const INSYNC_POLL_MS = 1_000;

/**
 * Resolves when every name server of the zone answers with the change. A change whose reply was lost has no id: nothing can
 * be asked about it, and its records have been looked at.
 */
export async function inSync(
  context: StepContext,
  name: string,
  changeId: string | undefined,
  within: CallLimits,
): Promise<void> {
  if (changeId === undefined) return;
  await waitUntil(
    {
      clock: context.clock,
      emit: context.emit,
      signal: within.signal ?? context.signal,
      reason: `Route 53 to answer with the new ${name} everywhere`,
      budgetMs: within.timeoutMs,
      intervalMs: INSYNC_POLL_MS,
      hint: 'The change is accepted and will arrive; run the same command again to see it.',
    },
    async () => ((await context.aws.dns.changeStatus(changeId)) === 'INSYNC' ? true : undefined),
  );
}

/** A CNAME with one value, simple or weighted. */
export function isPlainCname(record: DnsRecord): boolean {
  return record.type === 'CNAME' && record.values.length === 1 && record.unsupportedRouting === undefined;
}

export function cannotSwitch(name: string, zoneId: string, records: readonly DnsRecord[], why: string): UpgradeError {
  const found = records.length === 0 ? 'no record' : records.map(describe).join('; ');
  return new UpgradeError(`${name} in the zone ${zoneId} cannot be switched`, {
    code: 'endpoint-not-a-cname',
    source: 'user',
    hint: `Found ${found}. ${why} Correct \`endpoints\` in upgrade.yaml or the zone.`,
  });
}

function describe({ type, values, setIdentifier, weight, unsupportedRouting }: DnsRecord): string {
  return [
    type,
    values.join(',') || 'alias',
    ...(setIdentifier === undefined ? [] : [`set identifier ${setIdentifier}`]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...(unsupportedRouting === undefined ? [] : [`${unsupportedRouting} routing`]),
  ].join(' ');
}

/** Without its final dot, in lower case. */
export function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
