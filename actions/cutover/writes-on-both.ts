import { UpgradeError } from '../engine/errors';
import { formatPosition, hasWrittenAfter } from '../mysql/position';
import { binaryLogs, replicaStatus } from '../mysql/queries';
import type { SwitchContext } from './switch-context';

/**
 * Whether the side that was fenced has logged writes after the recorded final position: a fence made by procedure is lost
 * with a reboot. Of no meaning once the reverse channel writes there too, or when a person has dealt with such writes.
 */
export async function hasMoved(context: SwitchContext): Promise<boolean> {
  const source = context.servers[context.from];
  const { finalPosition } = context.found;
  if (!finalPosition || context.allowed.has('writes-on-both')) return false;
  if (!hasWrittenAfter(finalPosition, await source.read(binaryLogs(), context.within()))) return false;
  return (await source.read(replicaStatus(source.version), context.within())) === undefined;
}

/** Thrown each time until a person waives it: nothing that the tool can do brings both sides' writes together. */
export function wroteOnBoth({ from, to, found, direction }: SwitchContext): UpgradeError {
  const position = found.finalPosition ? formatPosition(found.finalPosition) : 'its final position';
  return new UpgradeError(`${from} accepted writes after the switch; it is closed again`, {
    code: 'writes-on-both',
    source: 'mysql',
    hint: `Both sides took writes for a while: ${from} after ${position}, most likely because a reboot lost its fence. ${to} serves. Read what ${from} wrote since then with \`mysqlbinlog --start-position\`, carry it over by hand, then run \`npm run ${direction} -- --waive writes-on-both\`.`,
  });
}
