/** Statements around `green.changes`. */
import type { Table } from '../changes/table-model';
import type { Statement } from '../ports/mysql-server';
import { bound } from './statements';

/**
 * As it is sent, with a mark by which the process list shows it; `id` is short and without spaces. `after`: the table that
 * it leaves behind, for those who act without SQL.
 */
export function greenChange(id: string, sql: string, after: Table | undefined): Statement {
  return {
    name: 'green-change',
    sql: `/* aurora-cutover change ${id} */ ${sql}`,
    values: [],
    secrets: [],
    args: { id, after: after === undefined ? null : JSON.stringify(after) },
  };
}

/** At its end a change waits for whoever reads the table. The 5 s of other sessions could throw the work of hours away. */
export function patientSession(lockWaitSeconds: number): Statement {
  return bound('patient-session', 'SET SESSION lock_wait_timeout = ?', { lockWaitSeconds });
}
