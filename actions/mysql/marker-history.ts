/** What the tool has written about an upgrade on the servers themselves, for a state that was lost. */
import type { Query } from '../ports/mysql-server';
import type { BinlogPosition } from './position';
import { TOOL_SCHEMA } from './statements';

export interface MarkerRecord {
  readonly id: string;
  readonly lineage: string;
  readonly direction: string;
  readonly finalPosition: BinlogPosition | undefined;
  readonly reversePosition: BinlogPosition | undefined;
  /** ISO 8601. */
  readonly at: string;
}

/** Everything in the marker table, newest first; needs the tool's schema. */
export function markerHistory(): Query<readonly MarkerRecord[]> {
  return {
    name: 'marker-history',
    sql:
      'SELECT id AS marker_id, lineage AS lineage, direction AS direction, final_position AS final_position, ' +
      "reverse_position AS reverse_position, DATE_FORMAT(written_at, '%Y-%m-%dT%H:%i:%s.%fZ') AS written " +
      `FROM ${TOOL_SCHEMA}.marker ORDER BY written_at DESC`,
    values: [],
    args: {},
    parse: (rows) =>
      rows.map((row) => ({
        id: String(row['marker_id'] ?? ''),
        lineage: String(row['lineage'] ?? ''),
        direction: String(row['direction'] ?? ''),
        finalPosition: positionOf(String(row['final_position'] ?? '')),
        reversePosition: positionOf(String(row['reverse_position'] ?? '')),
        at: new Date(String(row['written'] ?? '')).toISOString(),
      })),
  };
}

/** Undoes `formatPosition`. */
function positionOf(text: string): BinlogPosition | undefined {
  const match = /^(.+):(\d+)$/.exec(text);
  return match?.[1] === undefined ? undefined : { file: match[1], position: Number(match[2]) };
}
