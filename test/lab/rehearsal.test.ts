/** The whole way, on real servers of all three pairings, as `rehearse` goes it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalResult } from '../../actions/view/rehearsal-summary';
import type { LabPair } from '../../lab/contract';
import { stopLab } from '../../lab/supervisor/stop-lab';
import { runTool, type ToolRun } from './support/tool';

jest.setTimeout(360_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
const pairs: readonly LabPair[] = ['57-97', '57-57', '97-97'];
const runs = new Map<LabPair, Promise<ToolRun>>();

// Side by side: a rehearsal waits most of its time, for load, for states of AWS, for clients.
beforeAll(() => {
  for (const pair of pairs) {
    const words = [
      'rehearse',
      '--pair',
      pair,
      '--seconds',
      '1',
      '--writers',
      '4',
      '--dir',
      join(folder, pair),
      '--json',
    ];
    runs.set(pair, runTool(words, { environment: {} }));
  }
});

afterAll(async () => {
  await Promise.allSettled(runs.values());
  for (const pair of pairs) await stopLab(join(folder, pair));
  rmSync(folder, { recursive: true, force: true });
});

test.each(pairs)(
  '%s: there and back under load, no write is lost, doubled or accepted on both sides, Terraform has nothing to change',
  async (pair) => {
    const run = await runs.get(pair);
    const result = JSON.parse(run?.stdout.trim().split('\n').at(-1) ?? '') as RehearsalResult;
    const failed = (result.steps ?? []).filter((step) => !step.ok);
    expect({ failed, exitCode: run?.exitCode, stderr: failed.length > 0 ? run?.stderr : '' }).toEqual({
      failed: [],
      exitCode: 0,
      stderr: '',
    });
    expect(result).toMatchObject({
      type: 'rehearsal',
      ok: true,
      pair,
      writes: { lost: 0, duplicated: 0, dual: 0 },
      terraformPending: { deployed: 0, replicating: 0, switched: 0, rolledBack: 0 },
    });
    expect(result.writes.acknowledged).toBeGreaterThan(1_000);
    expect(existsSync(result.reportFile ?? '')).toBe(true);
    expect(existsSync(join(folder, pair, 'lab.json'))).toBe(false);
  },
);
