/** Options of `prewarm` and `replay`. */
import { statementTime } from '../../actions/cli/read-options';

it('ends statements earlier on the writer that serves, unless a person has said when', () => {
  expect([statementTime({}), statementTime({}, true)]).toEqual([30_000, 5_000]);
  expect(statementTime({ statementTime: '1m' }, true)).toBe(60_000);
  expect(() => statementTime({ statementTime: 'soon' })).toThrow('--statement-time soon is not a duration');
});
