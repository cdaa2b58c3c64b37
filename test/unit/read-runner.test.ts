/** Sessions that run statements of the application. */
import { readSessionSettings } from '../../actions/adapters/read-runner';

it('names the isolation, since under a global SERIALIZABLE a read-only transaction locks the rows that it reads', () => {
  const settings = readSessionSettings({ timeoutMs: 1_500, rows: 1 }, new Date(7_000));
  expect(settings[0]).toBe('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  expect(settings[1]).toMatch(/max_execution_time = 1500, timestamp = 7$/);
});
