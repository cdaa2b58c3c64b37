/** What a failed round leaves behind: everything that the tool said and wrote, and what servers and clients saw. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { labFiles } from '../supervisor/lab-files';
import type { FaultLab } from './fault-lab';
import type { RoundEvidence, RoundResult } from './round';

/** Answers the folder. */
export function keepEvidence(
  folder: string,
  lab: FaultLab,
  result: RoundResult,
  { runs, samples, ledger }: RoundEvidence,
): string {
  const place = join(folder, `round-${result.round}-${result.fault}-${result.direction}`);
  mkdirSync(place, { recursive: true });
  const save = (name: string, content: unknown): void =>
    writeFileSync(join(place, name), `${JSON.stringify(content, undefined, 1)}\n`);
  save('result.json', result);
  save('sides.json', samples);
  if (ledger) save('ledger.json', ledger);
  for (const [index, { words, run }] of runs.entries()) {
    const name = `${index + 1}-${words[0] ?? ''}-exit-${run.exitCode}`;
    writeFileSync(join(place, `${name}.stdout`), run.stdout);
    writeFileSync(join(place, `${name}.stderr`), run.stderr);
  }
  // State, journal and the watchdog's log lie together.
  cpSync(dirname(lab.stateFile), join(place, 'state'), { recursive: true });
  const { log } = labFiles(lab.description.dir);
  if (existsSync(log)) cpSync(log, join(place, 'labd.log'));
  return place;
}
