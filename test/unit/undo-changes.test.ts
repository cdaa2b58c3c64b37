/** The undo of a change whose client has died while the server went on with it. */
import type { StepContext } from '../../actions/engine/step';
import { rowsOfTable } from '../../actions/mysql/change-rows';
import type { Table } from '../../actions/changes/table-model';
import type { Query, Row, Statement } from '../../actions/ports/mysql-server';
import type { GreenChange } from '../../actions/state/format';
import { takeChangesBack } from '../../actions/steps/undo-changes';

const BEFORE: Table = {
  schema: 'shop',
  table: 'orders',
  columns: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  triggers: [],
  partitioning: undefined,
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  lines: [],
};
const AFTER: Table = { ...BEFORE, indexes: [{ name: 'i', kind: 'plain', columns: ['a'] }] };

const BEGUN: GreenChange = {
  id: 'a.sql:1',
  hash: 'abc',
  sql: 'CREATE INDEX i ON shop.orders (a)',
  status: 'begun',
  at: '2026-01-02T03:00:00.000Z',
  wayBack: 'safe',
  objects: [],
  undoSql: 'ALTER TABLE `shop`.`orders` DROP INDEX `i`',
  undoNote: '',
};

async function sleep(_ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

it('waits for it, and takes back what has become of it', async () => {
  let looks = 0;
  let facts: { greenChanges: readonly GreenChange[] } = { greenChanges: [BEGUN] };
  const sent: string[] = [];
  const rowsOf = ({ name, values }: Query<unknown>): readonly Row[] => {
    if (name !== 'running-change') return rowsOfTable(name, looks > 1 ? AFTER : BEFORE) ?? [];
    if (values[0] !== '/* aurora-cutover change abc */%') return [];
    looks += 1;
    return looks === 1 ? [{ id: 7 }] : [];
  };
  const green = {
    version: '9.7.4',
    read: (query: Query<unknown>) => Promise.resolve(query.parse(rowsOf(query))),
    run: () => Promise.resolve(),
    openSession: () =>
      Promise.resolve({
        connectionId: () => Promise.resolve(9),
        run: ({ sql }: Statement) => Promise.resolve(sent.push(sql)),
        close: () => Promise.resolve(),
      }),
  };
  await takeChangesBack({
    mysql: { connect: () => Promise.resolve(green) },
    clock: { now: () => new Date(0), monotonicMs: () => 0, sleep },
    config: { replication: { retention: 86_400_000 } },
    signal: new AbortController().signal,
    allowed: new Set(),
    facts: () => facts,
    remember: (found: typeof facts) => Promise.resolve((facts = found)),
    emit: () => undefined,
  } as unknown as StepContext);
  expect(sent.at(-1)).toBe('/* aurora-cutover change abc-undo */ ALTER TABLE `shop`.`orders` DROP INDEX `i`');
  expect(facts.greenChanges).toEqual([]);
});
