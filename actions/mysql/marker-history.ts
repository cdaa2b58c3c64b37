/** What the tool has written about an upgrade on the servers themselves, for a state that was lost. */
import type { Query, Statement } from '../ports/mysql-server';
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

/** Direction of the row that names an upgrade before its first switch has left one. */
const LINEAGE = 'lineage';

/**
 * The upgrade to which the schema belongs, as a row beside those of its switches; needs the tool's schema. Written again it
 * changes nothing. A lineage is no secret, but it is left out of plans: before the first write of the state each process makes
 * up another one, and two plans of the same facts must be the same.
 */
export function recordLineage(lineage: string): Statement {
  return {
    name: 'record-lineage',
    sql:
      `INSERT INTO ${TOOL_SCHEMA}.marker (id, lineage, direction, final_position, reverse_position, written_at) ` +
      `VALUES (?, ?, '${LINEAGE}', '', '', UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE written_at = written_at`,
    values: [lineage, lineage],
    secrets: [0, 1],
    args: {},
  };
}

/** What `recordLineage` has left on this server; needs the tool's schema. */
export function recordedLineages(): Query<readonly string[]> {
  return {
    name: 'recorded-lineages',
    sql: `SELECT lineage AS lineage FROM ${TOOL_SCHEMA}.marker WHERE direction = ?`,
    values: [LINEAGE],
    args: {},
    parse: (rows) => rows.map((row) => String(row['lineage'] ?? '')),
  };
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
