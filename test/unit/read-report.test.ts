/** Reports of `prewarm` and `replay` as files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../actions/cli/command';
import { saveReadReport } from '../../actions/cli/read-report';

it('leaves reports that only whoever ran the command can read, since values may stand in them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-report-'));
  const umask = process.umask(0);
  try {
    const command = {
      config: { name: 'shop', besideState: join(folder, 'state.json') },
      context: { clock: { now: () => new Date(0) } },
    } as unknown as Command;
    const renderers = { html: () => 'secret', markdown: () => 'secret' };
    const page = await saveReadReport(command, 'replay', { begunAt: new Date(0).toISOString() }, renderers);
    expect(readFileSync(page, 'utf8')).toBe('secret');
    const reports = join(folder, 'reports');
    expect(readdirSync(reports).map((name) => (statSync(join(reports, name)).mode & 0o777).toString(8))).toEqual([
      '600',
      '600',
      '600',
    ]);
  } finally {
    process.umask(umask);
    rmSync(folder, { recursive: true });
  }
});
