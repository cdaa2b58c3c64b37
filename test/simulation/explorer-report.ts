/** For tests: explores, says what was seen, and adds it up. */
import { explore, type Exploration, type Findings } from './explorer';

let states = 0;
let transitions = 0;

/** The largest searches run only when everything is asked for: `npm run explore`. */
export const EXPLORES_ALL = process.env['AURORA_CUTOVER_EXPLORE'] === 'all';

export async function exploreAloud(name: string, exploration: Exploration): Promise<Findings> {
  const findings = await explore(exploration);
  const { further, faults } = exploration;
  const ended = Object.entries(findings.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  process.stdout.write(
    `${name}, up to ${faults} fault(s)${further ? ` and ${further.name}` : ''}: ${findings.states} states, ` +
      `${findings.transitions} transitions, ${findings.processes} processes (${ended.join(', ')}), ${findings.calls} calls\n`,
  );
  states += findings.states;
  transitions += findings.transitions;
  return findings;
}

/** Read by test/explore.js. */
export function sayTotals(): void {
  process.stdout.write(`explored: ${states} states, ${transitions} transitions\n`);
}

/** Empty when every rule held. */
export function brokenRules({ violations }: Pick<Findings, 'violations'>): string {
  return violations.map(({ rule, text, trail }) => `${rule}: ${text}\n${trail}`).join('\n\n');
}
