/** What was seen when a plan was made: rows for people. Pure. */
import type { Plan } from '../engine/plan';
import { formatDuration } from './duration';

/** `gate`, value, limit. */
export function gateRows({ measured }: Plan): readonly (readonly [string, string, string])[] {
  return (measured.gates ?? []).map(({ name, value, limit, ok }) => [`${ok ? 'ok' : 'NOT OK'} ${name}`, value, limit]);
}

export function downtimeLines({ measured }: Plan): readonly string[] {
  if (measured.downtime.length === 0) return ['predicted write downtime: not known before a rehearsal or a switch'];
  return measured.downtime.map(
    ({ direction, blockedMs, from, at }) =>
      `predicted write downtime of the ${direction}: ${formatDuration(blockedMs)}, as ${
        from === 'switch' ? 'the last one' : 'the last rehearsal'
      } took (${at})`,
  );
}

export function boundLine({ binding }: Plan): string {
  const terraform = binding.terraformSerial === null ? '' : `, Terraform's state at serial ${binding.terraformSerial}`;
  return `bound to configuration ${binding.configHash.slice(0, 12)}, state ${binding.lineage ?? 'not begun'}${terraform}`;
}

export function boundSides({ binding }: Plan): readonly string[] {
  return (['blue', 'green'] as const).map((side) => {
    const bound = binding.sides[side];
    if (!bound) return `${side}: not there yet, so it is not bound`;
    const parameters = Object.keys(bound.parameters).length;
    return `${side}: ${bound.clusterResourceId}, ${bound.engineVersion}, server ${bound.serverUuid}, ${parameters} parameters, ${bound.accounts.length} accounts`;
  });
}
