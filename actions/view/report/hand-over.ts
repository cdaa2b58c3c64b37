/** Where readers of the binary log (CDC) stop and go on, as rows of a table: what, old side, new side. Pure. */
import { formatPosition } from '../../mysql/position';
import type { Side } from '../../ports/mysql-server';
import { newSide, oldSide, type DirectionReport } from './model';
import { formatInstant } from './verdict';

export interface HandOver {
  readonly header: readonly [string, string, string];
  readonly rows: readonly (readonly [string, string, string])[];
}

/** Undefined when the switch has no positions: it was aborted. */
export function handOverOf(direction: DirectionReport): HandOver | undefined {
  const { finalPosition, reversePosition } = direction.summary;
  if (!finalPosition || !reversePosition) return undefined;
  const [from, to] = [oldSide(direction), newSide(direction)];
  const { logs } = direction;
  const both = (value: (side: Side) => string): readonly [string, string] => [value(from), value(to)];
  return {
    header: ['', `${from}: stop reading`, `${to}: start reading`],
    rows: [
      ['position', formatPosition(finalPosition), formatPosition(reversePosition)],
      ...(logs
        ? ([
            ['server UUID', ...both((side) => logs[side].serverUuid)],
            ['binlog format', ...both((side) => `${logs[side].binlogFormat}, row image ${logs[side].rowImage}`)],
            ['GTIDs', ...both((side) => logs[side].gtidMode)],
            ['logs of the switch are kept', ...both((side) => kept(logs[side]))],
          ] as const)
        : []),
    ],
  };
}

/** What a consumer must know beside the positions. */
export function handOverNote(direction: DirectionReport): string {
  const [from, to] = [oldSide(direction), newSide(direction)];
  return (
    `Up to its position ${from} holds every write of the application; from its position on ${to} does. ` +
    `What follows on ${from} repeats ${to} (the reverse channel): a consumer that reads on there sees writes twice.`
  );
}

function kept({ keptUntil, retentionHours }: NonNullable<DirectionReport['logs']>[Side]): string {
  if (keptUntil === undefined || retentionHours === null) return 'no retention is set: read them now';
  return `until ${formatInstant(keptUntil)} at least (${retentionHours} h)`;
}
