/** What green must be set to so that replication works in both directions and the switch is quick. */
import { SAFE_CONNECTION } from '../mysql/reverse-rules';
import type { AuroraVersion } from '../mysql/version';

export interface BlueDefaults {
  readonly characterSetServer: string;
  readonly collationServer: string;
  readonly initConnect: string;
}

/**
 * Cluster parameters of green. The server's character set is blue's, set explicitly, because the default changes with 8.0;
 * that also keeps collation id 255, which a 5.7 replica does not know, out of every transaction's BEGIN (errno 22, tried on
 * 5.7.29 behind 9.7.4). Clients that open their connection with that collation are moved off it by init_connect. A parallel
 * applier moves its position at checkpoints only: a short period keeps the drain from waiting 300 ms for the next one.
 */
export function toolParameters(
  blue: AuroraVersion,
  green: AuroraVersion,
  now: BlueDefaults,
): Readonly<Record<string, string>> {
  const crossesIntoV8 = blue.mysql[0] < 8 && green.mysql[0] >= 8;
  return {
    binlog_format: 'ROW',
    character_set_server: now.characterSetServer,
    collation_server: now.collationServer,
    ...(green.mysql[0] >= 8 ? { replica_checkpoint_period: '10' } : {}),
    ...(crossesIntoV8
      ? { init_connect: now.initConnect === '' ? SAFE_CONNECTION : `${now.initConnect}; ${SAFE_CONNECTION}` }
      : {}),
  };
}
