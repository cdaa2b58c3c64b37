/** The audit: nothing can be changed, left out, moved or cut off without it showing; nothing is held up by it. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../actions/adapters/system-clock';
import { postWebhook } from '../../actions/adapters/webhook';
import { openRecorder } from '../../actions/cli/record';
import { openAudit } from '../../actions/state/audit';
import { verifyAudit } from '../../actions/state/verify-audit';

let folder: string;
let file: string;
const now = (): Date => new Date('2026-11-20T09:15:02.118Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
  file = join(folder, 'orders.state.json.audit');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function written(count: number): Promise<string> {
  const audit = await openAudit(file, now);
  for (let index = 0; index < count; index++) audit.append({ type: 'step-ended', id: `step-${index}` });
  expect(await audit.flush()).toBeUndefined();
  return readFileSync(file, 'utf8');
}

const kinds = (text: string, anchor?: Parameters<typeof verifyAudit>[1]): readonly string[] =>
  verifyAudit(text, anchor).findings.map(({ is, line }) => `${is} ${line}`);

describe('an audit', () => {
  it('is whole, also when several commands have written it', async () => {
    await written(3);
    const text = await written(2);
    const { entries, findings } = verifyAudit(text, undefined);
    expect(findings).toEqual([]);
    expect(entries.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    expect((await openAudit(file, now)).anchor()).toEqual({ entries: 5, head: entries[4]?.hash });
  });

  it.each([
    ['changed', (lines: string[]) => lines.map((line) => line.replace('step-1', 'step-9')), ['changed 2']],
    ['left out', (lines: string[]) => lines.filter((_, index) => index !== 1), ['left-out 2']],
    ['left out at the start', (lines: string[]) => lines.slice(2), ['left-out 1']],
    ['moved', ([a = '', b = '', ...rest]: string[]) => [b, a, ...rest], ['left-out 1', 'moved 2', 'left-out 3']],
    ['put in twice', ([a = '', b = '', ...rest]: string[]) => [a, b, b, ...rest], ['moved 3']],
    ['no entry', ([a = '', ...rest]: string[]) => [a, 'something else', ...rest], ['unreadable 2']],
  ])('shows what was %s, and where', async (_, spoil, expected) => {
    const lines = (await written(4)).trimEnd().split('\n');
    expect(kinds(`${spoil(lines).join('\n')}\n`)).toEqual(expected);
  });

  it('shows an end that was cut off, and a chain that was made anew, by what the state knows', async () => {
    const text = await written(4);
    const anchor = (await openAudit(file, now)).anchor();
    expect(kinds(text, anchor)).toEqual([]);
    expect(kinds(text.split('\n').slice(0, 3).join('\n') + '\n', anchor)).toEqual(['cut-off 0']);
    expect(kinds('', anchor)).toEqual(['cut-off 0']);
    rmSync(file);
    const forged = await openAudit(file, now);
    for (let index = 0; index < 5; index++) forged.append({ type: 'step-ended', id: `other-${index}` });
    await forged.flush();
    expect(kinds(readFileSync(file, 'utf8'), anchor)).toEqual(['rewritten 0']);
  });

  it('goes on after a line that a crash cut off, and vouches for it', async () => {
    await written(2);
    appendFileSync(file, '{"type":"step-end');
    const text = await written(1);
    expect(kinds(text)).toEqual([]);
    expect(kinds(text.replace('{"type":"step-end\n', '{"type":"step-begin\n'))).toEqual(['unreadable 3']);
  });

  it('that cannot be written says so, and anchors nothing', async () => {
    const sub = join(folder, 'sub');
    const audit = await openAudit(join(sub, 'x.audit'), now);
    rmSync(sub, { recursive: true });
    audit.append({ type: 'note' });
    expect(await audit.flush()).toContain('ENOENT');
    // What would come after a hole is left to the next command.
    mkdirSync(sub);
    audit.append({ type: 'note' });
    expect(await audit.flush()).toContain('ENOENT');
    expect(audit.anchor()).toBeUndefined();
    expect(readdirSync(sub)).toEqual([]);
  });
});

describe('a webhook', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
  }

  it('is given a text as Slack takes it', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString())).on('end', () => response.end('ok'));
    });
    expect(await postWebhook(systemClock, url, 'orders: cutover is done')).toBeUndefined();
    expect(bodies).toEqual(['{"text":"orders: cutover is done"}']);
  });

  it('that is silent, refuses or does not exist costs little and quotes no URL', async () => {
    const silent = await serve(() => undefined);
    const hurried = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(50, signal) };
    expect(await postWebhook(hurried, silent, 'x')).toBe('it did not answer within 4 s');
    const refusing = await serve((_, response) => response.writeHead(500).end());
    expect(await postWebhook(systemClock, refusing, 'x')).toBe('it answered 500');
    expect(await postWebhook(systemClock, 'http://127.0.0.1:1/secret', 'x')).toBe('it could not be reached');
    expect(await postWebhook(systemClock, 'no url at all', 'x')).toBe('it could not be reached');
  });
});

it('keeps the disk free while writes are blocked: what happens then is recorded after it, in order', async () => {
  const beside = file.replace(/\.audit$/, '');
  const recorder = await openRecorder({ verb: 'cutover', options: { config: 'upgrade.yaml' }, beside });
  const enter = (state: string): void =>
    recorder.event({ type: 'cutover-state', direction: 'cutover', state, elapsedMs: 1 });
  const states = (): readonly string[] =>
    [...(existsSync(file) ? readFileSync(file, 'utf8') : '').matchAll(/"state":"(\w+)"/g)].map(
      ([, name]) => name ?? '',
    );
  for (const state of ['fencing', 'draining', 'arming', 'opening', 'routing']) enter(state);
  // An entry that is not held back stands there by the time that this one does: each waits for the one before.
  const other = await openAudit(`${file}.other`, now);
  for (let n = 0; n < 20; n++) other.append({ n });
  await other.flush();
  expect(states()).toEqual(['fencing']);
  enter('confirming');
  await recorder.ended(0, undefined);
  expect(states()).toEqual(['fencing', 'draining', 'arming', 'opening', 'routing', 'confirming']);
});
