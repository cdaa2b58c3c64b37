/** A lab of its own for one test file, and the tool in its environment. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabDescription, LabPair } from '../../../lab/contract';
import { runCdktf } from '../../../lab/rehearsal/tool';
import { labEnvironment } from '../../../lab/supervisor/env-file';
import { startLab } from '../../../lab/supervisor/start-lab';
import { stopLab } from '../../../lab/supervisor/stop-lab';
import type { Fault } from '../../../lab/aws/faults';
import { WriterLoad } from '../../../lab/writers/writer-load';
import type { UpgradeState } from '../../../actions/state/format';
import { startTool, type ToolProcess, type ToolRun } from './tool';

export interface TestLab {
  readonly lab: LabDescription;
  readonly environment: Readonly<Record<string, string>>;
  readonly stateFile: string;
}

export async function openTestLab(pair: LabPair): Promise<TestLab> {
  const lab = await startLab({ pair, dir: mkdtempSync(join(tmpdir(), 'e2e-')) });
  return {
    lab,
    // Copies that the tool makes in an emergency go with the lab.
    environment: { ...labEnvironment(lab), AURORA_CUTOVER_CONFIG: lab.upgradeFile, TMPDIR: lab.dir },
    stateFile: join(lab.dir, '.aurora-cutover', 'orders.state.json'),
  };
}

export async function closeTestLab(test: TestLab | undefined): Promise<void> {
  if (!test) return;
  await stopLab(test.lab.dir);
  rmSync(test.lab.dir, { recursive: true, force: true });
}

/** Every run is with `--json`, so that its events can be read. `more` wins over the lab's environment. */
export function start(
  { lab, environment }: TestLab,
  words: readonly string[],
  more: Readonly<Record<string, string | undefined>> = {},
): ToolProcess {
  return startTool([...words, '--json'], { environment: { ...environment, ...more }, cwd: lab.dir });
}

export function run(
  test: TestLab,
  words: readonly string[],
  more: Readonly<Record<string, string | undefined>> = {},
): Promise<ToolRun> {
  return start(test, words, more).done;
}

/** As `run`, for what must succeed: anything else is told with all that was printed. */
export async function succeed(test: TestLab, words: readonly string[]): Promise<ToolRun> {
  const ended = await run(test, words);
  if (ended.exitCode === 0) return ended;
  throw new Error(`${words.join(' ')} ended with ${ended.exitCode}:\n${ended.stdout}${ended.stderr}`);
}

/** Terraform makes green. */
export async function deploy({ environment }: TestLab): Promise<void> {
  const ended = await runCdktf(['deploy', '--auto-approve', '--skip-provider-lock'], { environment });
  if (ended.exitCode !== 0) throw new Error(`cdktf deploy ended with ${ended.exitCode}: ${ended.stderr}`);
}

/** A lab whose green follows blue. */
export async function openReplicatingLab(pair: LabPair): Promise<TestLab> {
  const test = await openTestLab(pair);
  await succeed(test, ['apply', '--auto-approve', '--allow-reboot']);
  await deploy(test);
  await succeed(test, ['apply', '--auto-approve']);
  return test;
}

export function readState({ stateFile }: TestLab): UpgradeState {
  return JSON.parse(readFileSync(stateFile, 'utf8')) as UpgradeState;
}

/** What befalls the AWS calls that match. */
export async function addFault({ lab }: TestLab, fault: Omit<Fault, 'times'> & Partial<Fault>): Promise<void> {
  const answer = await fetch(`${lab.awsEndpoint}/_lab/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!answer.ok) throw new Error(await answer.text());
}

export async function clearFaults({ lab }: TestLab): Promise<void> {
  await fetch(`${lab.awsEndpoint}/_lab/faults`, { method: 'DELETE' });
}

/** How many AWS calls so far, of the tool and of Terraform, were more than a look. */
export async function changesOfAws({ lab }: TestLab): Promise<number> {
  const answer = await fetch(`${lab.awsEndpoint}/_lab/requests`);
  const calls = (await answer.json()) as { action: string }[];
  return calls.filter(({ action }) => !/^(Describe|List|Get)/.test(action)).length;
}

/** Another upgrade.yaml of the same upgrade; answers its file. */
export function variantOf({ lab }: TestLab, name: string, edit: (text: string) => string): string {
  const text = readFileSync(lab.upgradeFile, 'utf8');
  const edited = edit(text);
  if (edited === text) throw new Error('the edit changed nothing');
  const file = join(lab.dir, name);
  writeFileSync(file, edited);
  return file;
}

export async function startWriters({ lab }: TestLab, writers: number): Promise<WriterLoad> {
  const load = new WriterLoad();
  await load.start({
    writers,
    host: lab.applicationHost,
    port: lab.port,
    dns: lab.dns,
    ca: readFileSync(lab.caFile, 'utf8'),
    ...lab.users.application,
    localAddress: lab.applicationAddress,
  });
  return load;
}
