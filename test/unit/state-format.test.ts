/** docs/state-format.md says the truth to the byte, and older states are read. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messagesDocument } from '../../docs/generate-messages';
import { systemClock } from '../../actions/adapters/system-clock';
import { thisProcess } from '../../actions/adapters/this-process';
import { canonicalHash } from '../../actions/engine/canonical-json';
import { decodeState, encodeState } from '../../actions/state/encoding';
import { createFileStateStore } from '../../actions/state/file-store';
import { refuseOlder } from '../../actions/state/refuse-older';

const ROOT = join(__dirname, '../..');
const OLD = join(ROOT, 'test/contract/fixtures/format-1.state.json');

it('docs/messages.md is what `npx tsx docs/generate-messages.ts` writes', () => {
  expect(readFileSync(join(ROOT, 'docs/messages.md'), 'utf8')).toBe(messagesDocument());
});

it('the example in docs/state-format.md is a state, byte for byte', () => {
  const text = readFileSync(join(ROOT, 'docs/state-format.md'), 'utf8');
  const example = /<!-- example:state -->\n```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const state = decodeState(example, 'the example', 'orders');
  expect(encodeState(state)).toBe(example);
  const { checksum, ...rest } = JSON.parse(example) as Record<string, unknown>;
  expect(checksum).toBe(canonicalHash(rest));
});

it('writes the same bytes in whatever order the top of a state came about', () => {
  const state = decodeState(readFileSync(OLD, 'utf8'), OLD);
  const turned = Object.fromEntries(Object.entries(state).reverse()) as unknown as typeof state;
  expect(encodeState(turned)).toBe(encodeState(state));
});

describe('a state of an older format', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'format-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read, written in this format, and kept for good as it was', async () => {
    const file = join(folder, 'orders.state.json');
    copyFileSync(OLD, file);
    const store = createFileStateStore({ file, name: 'orders', clock: systemClock, process: thisProcess });
    const state = await store.read();
    if (!state) throw new Error('it is not there');
    expect(state).toMatchObject({ format: 2, phase: 'prepared', serial: 17 });
    await store.write({ ...state, serial: 18 });
    await store.write({ ...state, serial: 19 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 2, serial: 19 });
    expect(readFileSync(`${file}.format-1`, 'utf8')).toBe(readFileSync(OLD, 'utf8'));
    expect(existsSync(`${file}.format-2`)).toBe(false);
  });

  it('is refused when it was edited, as it stands', () => {
    const edited = readFileSync(OLD, 'utf8').replace('"phase": "prepared"', '"phase": "switched"');
    expect(() => decodeState(edited, OLD)).toThrow('the state file cannot be trusted');
  });

  it('is refused when there never was such a format', () => {
    const rest = { format: 0.5, name: 'orders' };
    const text = JSON.stringify({ ...rest, checksum: canonicalHash(rest) });
    expect(() => decodeState(text, OLD)).toThrow('the state file cannot be trusted');
  });
});

describe('a state that this machine knows to have been further', () => {
  const state = decodeState(readFileSync(OLD, 'utf8'), OLD);
  const known = { lineage: state.lineage, serial: state.serial + 1 };

  it.each([
    ['an older copy', state, 'the state is older than what was done'],
    ['no state', { ...state, serial: 0, lineage: 'new' }, 'the state is gone'],
  ])('is refused: %s', (_, found, summary) => {
    expect(() => refuseOlder(found, 'here', known)).toThrow(summary);
  });

  it('is taken when it is as far, of another lineage, or nothing is known', () => {
    refuseOlder({ ...state, serial: known.serial }, 'here', known);
    refuseOlder({ ...state, lineage: 'another' }, 'here', known);
    refuseOlder(state, 'here', undefined);
  });
});
