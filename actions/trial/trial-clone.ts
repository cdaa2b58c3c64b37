/** The clone of green for a trial: what it is made from, what its tags say, and who may delete it. */
import { createClusterParameterGroup, deleteClusterParameterGroup, modifyClusterParameters } from '../aws/calls';
import { UpgradeError } from '../engine/errors';
import type { AwsCall, Cluster, Instance } from '../ports/aws';
import type { ClusterTags } from '../ports/cluster-tags';
import {
  throwAwayName,
  type ThrowAwayName,
  type ThrowAwayPorts,
  type ThrowAwayRemains,
  type ThrowAwayWork,
} from '../scratch/throw-away-cluster';

const CALL_MS = 60_000;
export const EXPIRES = 'aurora-cutover-expires';
const KEEP = 'aurora-cutover-keep';
const MADE_BY = 'aurora-cutover-made-by';

/** The application may write on the clone, and what it would do by itself at green's turn it does not do there. */
const OF_ITS_OWN: Readonly<Record<string, string>> = { read_only: '0', event_scheduler: 'OFF' };

export interface TrialClone {
  readonly cluster: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly isExpired: boolean;
  /** Somebody asked for it to stay until it expires. */
  readonly isKept: boolean;
  /** e.g. `dba@bastion`. */
  readonly madeBy: string;
}

/** As AWS takes it for a tag: letters, digits, spaces and `_.:/=+-@`, at most 256 of them (User Guide, Tagging). */
export function tagText(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{Zs}_.:/=+\-@]/gu, '_').slice(0, 256);
}

export function trialName(upgrade: string): ThrowAwayName {
  return throwAwayName(upgrade, 'trial');
}

export function trialTags(
  clone: Pick<TrialClone, 'expiresAt' | 'isKept' | 'madeBy'>,
): Readonly<Record<string, string>> {
  return {
    [EXPIRES]: clone.expiresAt,
    [MADE_BY]: clone.madeBy,
    ...(clone.isKept ? { [KEEP]: 'true' } : {}),
  };
}

/** The clone that is there, if it is ours; undefined when there is none of that name, or somebody else's. */
export async function findTrialClone(
  tags: Pick<ClusterTags, 'tagsOf'>,
  upgrade: string,
  now: Date,
): Promise<TrialClone | undefined> {
  const { id, tag } = trialName(upgrade);
  const found = await tags.tagsOf(id);
  if (found?.get(tag) !== upgrade) return undefined;
  const expiresAt = found.get(EXPIRES) ?? now.toISOString();
  return {
    cluster: id,
    expiresAt,
    isExpired: Date.parse(expiresAt) <= now.getTime(),
    isKept: found.get(KEEP) === 'true',
    madeBy: found.get(MADE_BY) ?? 'unknown',
  };
}

/** Throws `trial-clone-kept` or `trial-elsewhere` for a clone that somebody may still be using. */
export function refuseClaimed(clone: TrialClone | undefined, self: string): void {
  if (clone === undefined || clone.isExpired) return;
  const end = 'Nothing was changed. `npm run trial -- --clean` deletes it.';
  if (clone.isKept) {
    throw new UpgradeError('the clone of an earlier trial was kept', {
      code: 'trial-clone-kept',
      source: 'user',
      hint: `${clone.cluster} was kept by ${clone.madeBy} until ${clone.expiresAt}, and there can be one clone at a time. ${end}`,
    });
  }
  if (clone.madeBy !== self) {
    throw new UpgradeError('a trial may be running elsewhere', {
      code: 'trial-elsewhere',
      source: 'user',
      hint: `${clone.cluster} was made by ${clone.madeBy}, whose trial cannot be seen from here; it expires at ${clone.expiresAt}. Ask them, or wait. ${end}`,
    });
  }
}

export type GroupOfItsOwn = NonNullable<ThrowAwayRemains['belongings']> & { readonly group: string };

/**
 * A cluster group with the values of green's, under which the clone starts at once: that needs no reboot. It carries the tag
 * of the clone, and without it is neither filled nor deleted. `make` throws `trial-group-taken` then.
 */
export function groupOfItsOwn(
  { aws, tags }: Pick<ThrowAwayPorts, 'aws' | 'tags'>,
  green: Pick<Cluster, 'parameterGroup'>,
  { id, tag }: ThrowAwayName,
  config: Pick<ThrowAwayWork['config'], 'name' | 'tags'>,
): GroupOfItsOwn {
  const group = `${id}-aurora-cutover`;
  const run = async (call: AwsCall): Promise<void> => {
    await aws.run(call, { timeoutMs: CALL_MS });
  };
  const remove = async (): Promise<void> => {
    if ((await tags.tagsOfParameterGroup(group))?.get(tag) === config.name)
      await run(deleteClusterParameterGroup(group));
  };
  return {
    group,
    async make() {
      const family = await aws.rds.parameterGroupFamily('cluster', green.parameterGroup);
      if (family === undefined) throw new Error(`the parameter group ${green.parameterGroup} is gone`);
      const found = await tags.tagsOfParameterGroup(group);
      if (found !== undefined && found.get(tag) !== config.name) throw taken(group, `${tag}=${config.name}`);
      // What an earlier run has left may be half filled.
      if (found !== undefined) await run(deleteClusterParameterGroup(group));
      const description = 'A trial on a clone of green; deleted with it';
      await run(createClusterParameterGroup(group, family, description, { ...config.tags, [tag]: config.name }));
      const set = (await aws.rds.parameters('cluster', green.parameterGroup, 'user')).flatMap(
        ({ name, value, applyType, isModifiable }) =>
          value === undefined || !isModifiable || name in OF_ITS_OWN
            ? []
            : [
                {
                  name,
                  value,
                  applyMethod: applyType === 'static' ? ('pending-reboot' as const) : ('immediate' as const),
                },
              ],
      );
      const own = Object.entries(OF_ITS_OWN).map(([name, value]) => ({
        name,
        value,
        applyMethod: 'immediate' as const,
      }));
      for (const call of modifyClusterParameters(group, [...set, ...own])) await run(call);
    },
    remove,
  };
}

function taken(group: string, tag: string): UpgradeError {
  return new UpgradeError("the name of the clone's parameter group is taken", {
    code: 'trial-group-taken',
    source: 'aws',
    hint: `There is a cluster parameter group ${group} without the tag ${tag}, so this tool has not made it and leaves it alone. No clone was made. Delete that group if nobody needs it, then run \`npm run trial\` again.`,
  });
}

/** The group of green's writer; of a default group, which comes by itself, none. */
export function instanceGroupOf({ parameterGroup }: Instance): string | undefined {
  return parameterGroup.startsWith('default.') ? undefined : parameterGroup;
}
