/** `precheck --on-clone`: what reads every table is asked of a copy-on-write clone, made for it and deleted after it. */
import type { Cluster } from '../ports/aws';
import { cloneOf, writerOf } from '../scratch/clone';
import { onThrowAway, throwAwayName, type ThrowAwayWork } from '../scratch/throw-away-cluster';

/** Throws what `onThrowAway` and `writerOf` throw. */
export function onClone<T>(
  given: ThrowAwayWork & { readonly blue: Cluster },
  work: (clone: Cluster) => Promise<T>,
): Promise<T> {
  const { blue, config } = given;
  return onThrowAway(
    {
      ...given,
      name: throwAwayName(config.name, 'precheck-clone'),
      title: `Cloning ${blue.id}`,
      command: 'precheck --on-clone',
      instanceClass: async (aws) => (await writerOf(aws, blue)).instanceClass,
      create: cloneOf(blue, blue.parameterGroup),
    },
    work,
  );
}
