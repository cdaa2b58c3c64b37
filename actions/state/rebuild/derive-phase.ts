/** Where an upgrade stands, by what its servers show: for a state that was lost. Pure. */
import type { BinlogPosition } from '../../mysql/position';
import type { Side } from '../../ports/mysql-server';
import type { CutoverRecord, Direction, Phase } from '../format';

/** One side, as it was seen. */
export interface SeenSide {
  readonly isReadOnly: boolean;
  /** The channel by which this side follows the other one; absent when there is none from there. */
  readonly channel?: {
    readonly lastError: string | undefined;
    readonly applied: BinlogPosition | undefined;
  };
}

/** A commit that was recorded on a server, see `writeMarker`. */
export interface SeenMarker {
  readonly id: string;
  readonly lineage: string;
  readonly direction: Direction;
  readonly finalPosition: BinlogPosition;
  readonly reversePosition: BinlogPosition;
  /** ISO 8601. */
  readonly at: string;
}

export interface Seen {
  /** `stopped`: or without instances. `gone`: AWS does not know it. */
  readonly blue: SeenSide | 'stopped' | 'gone';
  /** `missing`: Terraform has not made it, or has destroyed it. */
  readonly green: SeenSide | 'missing';
  /** Newest first. */
  readonly markers: readonly SeenMarker[];
  /** Whether the checks of every step of `prepare` say done. */
  readonly isPrepared: boolean;
}

export type Derived =
  | {
      readonly is: 'derived';
      readonly phase: Phase;
      /** The switch that was under way. */
      readonly cutover?: Pick<CutoverRecord, 'direction' | 'state' | 'reason'>;
      readonly because: string;
    }
  /** What the servers show fits several pasts, and choosing wrongly could lose writes. */
  | { readonly is: 'unclear'; readonly why: string };

export function derivePhase({ blue, green, markers, isPrepared }: Seen): Derived {
  const last = markers[0]?.direction;
  if (green === 'missing') {
    if (typeof blue === 'string') return unclear('neither blue nor green can be asked');
    if (blue.channel) return unclear('blue follows a green that AWS does not know under the name in upgrade.yaml');
    return isPrepared
      ? derived('prepared', 'every step of the preparation is done, and there is no green')
      : derived('new', 'blue is not (wholly) prepared, and there is no green');
  }
  if (typeof blue === 'string') return alone(green, blue, last);
  if (blue.channel && green.channel) return unclear('each side has a channel that reads from the other one');
  if (blue.channel) return following('green', green, blue, last);
  if (green.channel) return following('blue', blue, green, last);
  if (!green.isReadOnly && !blue.isReadOnly) return unclear('blue and green both take writes');
  if (!green.isReadOnly && last === 'cutover') {
    return derived('switched', 'the newest commit is a cutover and green takes writes; blue does not follow any more');
  }
  if (!green.isReadOnly) return unclear('green takes writes, but neither side follows the other one');
  if (blue.isReadOnly) return unclear('both sides refuse writes, and neither follows the other one');
  if (last !== undefined) {
    // Replicating from the snapshot's position would apply a second time what green has had from blue already.
    return unclear(
      `blue takes writes and green does not follow it, but a ${last} has been recorded: perhaps a rollback has committed and ` +
        'was not completed, and where its way back begins was in the lost state only',
    );
  }
  return isPrepared
    ? derived('prepared', 'green is there and does not follow blue yet')
    : derived('new', 'green is there, but blue is not prepared');
}

/** Finalizing drops the schema with the markers from green before it stops blue. */
function alone(green: SeenSide, blue: 'stopped' | 'gone', last: Direction | undefined): Derived {
  if (green.isReadOnly) return unclear(`blue is ${blue} and green refuses writes: nothing serves`);
  if (green.channel) {
    return unclear(
      `blue is ${blue} and green takes writes, but its channel from blue is still there: nobody has completed a cutover`,
    );
  }
  if (last !== undefined && blue === 'stopped') {
    return unclear(
      'blue is stopped and green takes writes, but nobody has finalized the upgrade: start blue, so that it can be asked, and run ' +
        'the same command again',
    );
  }
  return derived('finalized', `green takes writes and blue is ${blue}`);
}

/** `source` serves, or did until a switch away from it began. */
function following(source: Side, from: SeenSide, to: SeenSide, last: Direction | undefined): Derived {
  const replica: Side = source === 'blue' ? 'green' : 'blue';
  const direction: Direction = source === 'blue' ? 'cutover' : 'rollback';
  const rested: Phase = source === 'green' ? 'switched' : last === undefined ? 'replicating' : 'rolled-back';
  const lastError = to.channel?.lastError;
  if (!to.isReadOnly) {
    return from.isReadOnly
      ? unclear(
          `${replica} takes writes and ${source} refuses them, but the channel still goes from ${source} to ${replica}: a ` +
            `${direction} has committed and was not completed, and where its way back begins was in the lost state only`,
        )
      : unclear('blue and green both take writes');
  }
  if (from.isReadOnly) {
    return {
      is: 'derived',
      phase: rested,
      cutover: { direction, state: 'undoing', reason: 'the state was lost while the switch was under way' },
      because: `${source} refuses writes, ${replica} has not been opened: a ${direction} had not committed`,
    };
  }
  const error = lastError === undefined ? '' : `; its channel has stopped: ${lastError}`;
  return derived(rested, `${replica} follows ${source}, which takes writes${error}`);
}

function derived(phase: Phase, because: string): Derived {
  return { is: 'derived', phase, because };
}

function unclear(why: string): Derived {
  return { is: 'unclear', why };
}
