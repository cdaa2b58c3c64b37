/** The built command as an operator runs it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dialectOf } from '../../actions/mysql/version';
import type { Side } from '../../actions/ports/mysql-server';
import type { CutoverSummary } from '../../actions/state/format';
import type { BenchLab } from './bench-lab';
import type { Contestant } from './contestant';

export interface ToolOptions {
  readonly name: string;
  /** Lines below `cutover:` in upgrade.yaml. */
  readonly settings: readonly string[];
  /** How far the replica is behind when each switch begins. */
  readonly behindSeconds: number;
}

/** Fences as on MySQL of one's own. */
export const OWN_MYSQL: readonly string[] = ['fences:', '  blue: [{kind: read-only}]', '  green: [{kind: read-only}]'];

export function tool(bench: BenchLab, { name, settings, behindSeconds }: ToolOptions): Contestant {
  const file = bench.writeConfig(name.replaceAll(' ', '-'), [
    ...settings,
    ...(behindSeconds > 0 ? [`maxLag: ${String(behindSeconds * 2 + 30)}s`] : []),
  ]);
  return {
    name,
    async switch(to) {
      if (behindSeconds > 0) await fallBehind(bench, to, behindSeconds);
      const direction = to === 'green' ? 'cutover' : 'rollback';
      const run = await bench.lab.run([direction, '--auto-approve', '--config', file]);
      if (run.exitCode !== 0)
        throw new Error(`${direction} ended with ${String(run.exitCode)}:\n${run.stdout}${run.stderr}`);
      const answer = run.objects.find((object) => object['type'] === direction) as
        { readonly outcome: { readonly summary: CutoverSummary } } | undefined;
      return answer?.outcome.summary.steps
        .map((step) => `${step.id} ${step.startMs.toFixed(1)}+${step.durationMs.toFixed(1)}`)
        .join(', ');
    },
  };
}

/** The applier stands still for so long, and goes on as the tool starts. */
async function fallBehind(bench: BenchLab, replica: Side, seconds: number): Promise<void> {
  const { platform, version } = bench.servers[replica];
  const word = dialectOf(version) === 'source' ? 'REPLICA' : 'SLAVE';
  await platform.query(`STOP ${word} SQL_THREAD`);
  await sleep(seconds * 1_000);
  await platform.query(`START ${word} SQL_THREAD`);
}
