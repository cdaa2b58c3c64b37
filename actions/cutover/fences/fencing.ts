/** The fences of one side as one: closed in the configured order, opened in the reverse. */
import type { FenceConfig } from '../../config/schema';
import { READ_ONLY_KINDS } from '../../config/fence-rules';
import { clusterFacts } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { Change, StepContext } from '../../engine/step';
import { hasReadOnlyProcedure, parseAuroraVersion } from '../../mysql/version';
import type { CallLimits, MysqlServer, Side } from '../../ports/mysql-server';
import type { SessionKiller } from '../kill-sessions';
import { accountLockFence } from './account-lock';
import { clusterParameterGroupFence } from './cluster-parameter-group';
import type { Fence } from './fence';
import { globalReadOnlyFence } from './global-read-only';
import { hookFence } from './hook';
import { rdsSetReadOnlyFence } from './rds-set-read-only';
import { securityGroupFence } from './security-group';

export interface Fencing {
  readonly fences: readonly Fence[];
  close(within: CallLimits): Promise<void>;
  open(within: CallLimits): Promise<void>;
  settle(within: CallLimits): Promise<void>;
  prepareOpen(within: CallLimits): Promise<void>;
  /** Whether no ordinary account can write: the fence of read_only is closed, whatever the others are. */
  isClosed(within: CallLimits): Promise<boolean>;
  /** Whether nothing keeps anybody out: every fence is open. */
  isOpen(within: CallLimits): Promise<boolean>;
  /** Closes again what the other side's statements may have opened through the channel. */
  closeAgain(within: CallLimits): Promise<void>;
  binds(account: string): boolean;
  changes(closed: boolean): readonly Change[];
  manualOpen(): readonly string[];
}

/** As configured; without configuration the quickest that the version of this side has, after a lock that frees itself. */
export function fenceConfigs(context: StepContext, side: Side): readonly FenceConfig[] {
  const configured = context.config.cutover.fences[side];
  if (configured.length > 0) return configured;
  const { engineVersion } = clusterFacts(context, side);
  const kind = hasReadOnlyProcedure(parseAuroraVersion(engineVersion))
    ? 'rds-set-read-only'
    : 'cluster-parameter-group';
  return [{ kind: 'lock-tables' }, { kind }];
}

export function fencingOf(context: StepContext, server: MysqlServer, killer: SessionKiller): Fencing {
  const fences = fenceConfigs(context, server.side).flatMap((config) => fenceOf(context, server, killer, config) ?? []);
  const base = fences.find(({ kind }) => READ_ONLY_KINDS.includes(kind));
  if (!base) {
    throw new UpgradeError(`${server.side} has no fence that stops every account`, {
      code: 'fence-missing',
      source: 'user',
      hint: `Name one of ${READ_ONLY_KINDS.join(', ')} in cutover.fences.${server.side}; the other kinds stop some accounts only.`,
    });
  }
  const backwards = [...fences].reverse();
  const one = async (each: (fence: Fence) => Promise<void>, order: readonly Fence[]): Promise<void> => {
    for (const fence of order) await each(fence);
  };
  return {
    fences,
    close: (within) => one((fence) => fence.close(within), fences),
    open: (within) => one((fence) => fence.open(within), backwards),
    settle: (within) => one((fence) => fence.settle(within), fences),
    prepareOpen: (within) => one(async (fence) => fence.prepareOpen?.(within), backwards),
    isClosed: (within) => base.isClosed(within),
    async isOpen(within) {
      for (const fence of fences) if (await fence.isClosed(within)) return false;
      return true;
    },
    closeAgain: (within) =>
      one(async (fence) => {
        if (fence === base || (await fence.isClosed(within))) return;
        await (fence.closeAgain ? fence.closeAgain(within) : fence.close(within));
      }, fences),
    binds: (account) => fences.some((fence) => fence.binds(account)),
    changes: (closed) => (closed ? fences : backwards).flatMap((fence) => fence.changes(closed)),
    manualOpen: () => backwards.flatMap((fence) => fence.manualOpen()),
  };
}

/** Undefined for the lock of tables, which is no fence that lasts: see hold-tables.ts. */
function fenceOf(
  context: StepContext,
  server: MysqlServer,
  killer: SessionKiller,
  config: FenceConfig,
): Fence | undefined {
  const facts = clusterFacts(context, server.side);
  switch (config.kind) {
    case 'rds-set-read-only':
      return rdsSetReadOnlyFence(context, server, facts);
    case 'cluster-parameter-group':
      return clusterParameterGroupFence(context, server, facts, killer);
    case 'read-only':
      return globalReadOnlyFence(context, server, facts, config.super);
    case 'account-lock':
      return accountLockFence(context, server, facts, killer, config.accounts);
    case 'security-group':
      return securityGroupFence(context, server, facts, killer, config);
    case 'hook':
      return hookFence(context, server, facts, killer, config);
    case 'lock-tables':
      return undefined;
  }
}
