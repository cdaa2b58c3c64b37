/** One table, whose rows are the writes of the application: what a comparison of recent chunks asks of it. */
import type { Row } from '../../actions/ports/mysql-server';
import { contentOf } from './binlog';
import type { ServerData } from './world-data';

interface Question {
  readonly server: ServerData;
}

const TABLE = { s: 'orders', t: 'orders' };

export const VERIFY_ANSWERS: Readonly<Record<string, (question: Question) => readonly Row[]>> = {
  'verify-tables': ({ server }) => [{ ...TABLE, e: 'InnoDB', n: rowsOf(server).size, b: 0 }],
  'verify-columns': () => [
    { ...TABLE, c: 'id', d: 'bigint', f: 'bigint', cs: null, co: null, n: 'NO', sc: 0, p: null },
  ],
  'verify-keys': () => [{ ...TABLE, i: 'PRIMARY', c: 'id', p: null }],
  'table-writes': ({ server }) => [{ ...TABLE, n: rowsOf(server).size }],
  'verify-newest': () => [],
  'verify-sum': ({ server }) => {
    const rows = rowsOf(server);
    return [{ n: rows.size, s: String([...rows.values()].reduce((sum, hash) => sum + hash, 0)) }];
  },
  'verify-rows': ({ server }) => [...rowsOf(server)].map(([key, hash]) => ({ k: key, h: String(hash) })),
};

/** By key; what is there twice has another checksum. Rows of the tool's own are not the application's. */
function rowsOf(server: ServerData): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const one of contentOf(server).filter((name) => /^[bg]\d+$/.test(name))) {
    const key = String(2 * Number(one.slice(1)) + (one.startsWith('b') ? 0 : 1));
    rows.set(key, (rows.get(key) ?? 0) + Number(key) + 1);
  }
  return rows;
}
