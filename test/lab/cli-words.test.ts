/** What can be wrong before the tool has connected to anything: its words and upgrade.yaml. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorOf, runTool, type ToolRun } from './support/tool';

jest.setTimeout(60_000);

const VERBS = [
  'init',
  'validate',
  'precheck',
  'plan',
  'show',
  'apply',
  'status',
  'cutover',
  'rollback',
  'finalize',
  'undo',
  'unlock',
  'rehearse',
];

const folder = mkdtempSync(join(tmpdir(), 'words-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('every verb explains itself', async () => {
  const helps = await Promise.all(VERBS.map((verb) => runTool([verb, '--help'], { environment: {} })));
  expect(helps.map((help) => help.exitCode)).toEqual(VERBS.map(() => 0));
  for (const [index, help] of helps.entries()) expect(help.stdout).toContain(`aurora-cutover ${VERBS[index] ?? ''}`);
});

test.each([[['cut-over']], [['cutover', '--fast']], [['unlock']], [['rehearse', '--pair', '57-80']]])(
  '%j is wrong usage',
  async (words) => {
    const ended = await runTool(words, { environment: {} });
    expect(ended).toMatchObject({ exitCode: 64, stdout: '' });
    expect(ended.stderr).not.toBe('');
  },
);

test('init writes a valid upgrade.yaml and never overwrites one', async () => {
  const file = join(folder, 'upgrade.yaml');
  expect((await tool('init', file)).exitCode).toBe(0);
  const written = readFileSync(file, 'utf8');
  expect((await tool('validate', file)).exitCode).toBe(0);
  const again = await tool('init', file);
  expect({ exitCode: again.exitCode, code: errorOf(again).code }).toEqual({ exitCode: 64, code: 'config-exists' });
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('an upgrade.yaml that is missing is named', async () => {
  const file = join(folder, 'nowhere.yaml');
  const ended = await tool('plan', file);
  expect({ exitCode: ended.exitCode, code: errorOf(ended).code }).toEqual({ exitCode: 64, code: 'config-missing' });
  expect(ended.stdout).toContain(file);
});

test('several mistakes in upgrade.yaml are told at once, each with its line, whatever the verb', async () => {
  const file = join(folder, 'wrong.yaml');
  await tool('init', file);
  const text = readFileSync(file, 'utf8')
    .replace('name: orders\n', 'name: Orders\n')
    .replace('  # source: snapshot', '  sauce: snapshot')
    .replace('    # ttl: 5s', '    ttl: soon')
    .concat('cutover:\n  budget: 5s\n  undoReserve: 10s\n');
  writeFileSync(file, text);
  const lines = text.split('\n');
  for (const verb of ['validate', 'precheck', 'apply', 'cutover']) {
    const ended = await tool(verb, file);
    const { code, hint } = errorOf(ended);
    expect({ exitCode: ended.exitCode, code }).toEqual({ exitCode: 64, code: 'config-invalid' });
    for (const mistake of ['name: Orders', 'sauce: snapshot', 'ttl: soon']) {
      const line = lines.findIndex((one) => one.includes(mistake)) + 1;
      expect(hint).toMatch(new RegExp(`^.*wrong\\.yaml:${String(line)}:\\d+: `, 'm'));
    }
    expect(hint).toMatch(/undoReserve|budget/);
  }
});

function tool(verb: string, config: string): Promise<ToolRun> {
  return runTool([verb, '--config', config, '--json'], { environment: {} });
}
