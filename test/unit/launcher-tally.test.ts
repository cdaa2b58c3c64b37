/** How `npm test` sums up. */
import { finish, tally } from '../run-tests.js';

let said: string[];

beforeEach(() => {
  said = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const passing = { passed: 2, failed: 0, skipped: 0, failures: [] };

test('the last line counts everything, and all green ends with 0', () => {
  expect(finish([passing, passing], 2)).toBe(0);
  expect(said.at(-1)).toBe('\n4 passed, 0 failed\n');
});

test('skipped tests are counted aloud', () => {
  finish([{ ...passing, skipped: 1 }], 2);
  expect(said.at(-1)).toBe('\n2 passed, 0 failed, 1 skipped\n');
});

test('a failure ends with 1 and is named before the sum', () => {
  expect(finish([passing, { passed: 0, failed: 1, skipped: 0, failures: ['eslint'] }], 2)).toBe(1);
  expect(said).toEqual(['\nfailed:\n  eslint\n', '\n2 passed, 1 failed\n']);
});

test('a run in which the lab tried nothing ends with 1', () => {
  expect(finish([passing], 0)).toBe(1);
});

const file = (status: string, tests: readonly { status: string; fullName: string }[]) => ({
  name: `${process.cwd()}/test/unit/a.test.ts`,
  status,
  assertionResults: tests,
});

test('a file that cannot be loaded is a failed test', () => {
  const json = { numPassedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [file('failed', [])] };
  expect(tally('unit', 1, json)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
    failures: ['test/unit/a.test.ts: the file could not be run'],
  });
});

test('failed tests are named with their file', () => {
  const results = [file('failed', [{ status: 'failed', fullName: 'adds' }])];
  const json = { numPassedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: results };
  expect(tally('unit', 1, json)).toEqual({
    passed: 0,
    failed: 1,
    skipped: 2,
    failures: ['test/unit/a.test.ts: adds'],
  });
});

test('a jest that dies without a failed test counts as failed', () => {
  const json = { numPassedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  expect(tally('lab tests', 1, json).failures).toEqual(['lab tests: jest ended with code 1 though no test failed']);
});
