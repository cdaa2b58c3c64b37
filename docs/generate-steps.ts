/** docs/steps.md, made from the docstrings of the steps: `npx tsx docs/generate-steps.ts`. A test fails when it is out of date. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planSwitch } from '../actions/cutover/plan-switch';
import type { Step, StepContext, StepPhase } from '../actions/engine/step';
import { catalogue } from '../actions/steps/catalogue';
import { deleteBlue } from '../actions/steps/finalize/delete-blue';

const STEPS = join(__dirname, '..', 'actions', 'steps');
const EFFECTS = join(__dirname, '..', 'actions', 'cutover', 'effects');

const PHASES: readonly (readonly [StepPhase, string, string])[] = [
  ['prepare', 'Prepare blue', '`npm run apply`, before green exists.'],
  ['replicate', 'Replicate to green and prove it', '`npm run apply`, once `npx cdktf deploy` has made green.'],
  ['finalize', 'Give up the way back', '`npm run finalize`; the last one only with `--delete`.'],
];

/** Effects of a switch by the id that plans use, each with its file. */
const SWITCH: Readonly<Record<string, string>> = {
  fence: 'fence-writes',
  drain: 'drain',
  'arm-way-back': 'arm-way-back',
  open: 'open-writes',
  'switch-endpoints': 'switch-endpoints',
  'confirm-way-back': 'confirm-way-back',
};

/** Throws when a step has no docstring of the three parts that every step has. */
export async function stepsDocument(): Promise<string> {
  const all: readonly Step[] = [...catalogue, deleteBlue];
  const sections = PHASES.flatMap(([phase, title, when]) => [
    `## ${title}`,
    when,
    ...all.filter((step) => step.phase === phase).flatMap(stepSection),
  ]);
  return `${[
    '# Steps',
    '<!-- Made from the docstrings of actions/steps and actions/cutover/effects by `npx tsx docs/generate-steps.ts`; a test checks that it is fresh. -->',
    'Every step looks first, acts only where something is missing, and looks again afterwards. A step that is done costs one look, so running a command again is the way to resume it.',
    ...sections,
    '## Switch writes',
    '`npm run cutover` and, the other way round, `npm run rollback`. Before the commit point any failure is undone by the command itself; after it the same command completes the switch. What each effect sends is in `npm run plan`; the numbers I1 to I12 are the invariants in [ARCHITECTURE.md](../ARCHITECTURE.md#invariants).',
    ...(await switchSections()),
  ].join('\n\n')}\n`;
}

function stepSection(step: Step): readonly string[] {
  return [
    `### ${step.id}`,
    `${step.title}.${step.onlyLooks ? ' Only looks: it changes nothing.' : ''}`,
    parts(docstringOf(step))
      .map((part) => part.replace(/^(Postcondition:?|Observed:?|Undo|There is no undo)/, '- **$1**'))
      .join('\n'),
  ];
}

async function switchSections(): Promise<readonly string[]> {
  // Without facts the plan names the effects and asks nobody.
  const nothingKnown: Pick<StepContext, 'facts'> = { facts: () => ({}) };
  const { steps } = await planSwitch('cutover', nothingKnown as StepContext);
  return steps.flatMap(({ id, title, undo, commitPoint }) => {
    const file = SWITCH[id];
    if (file === undefined) throw new Error(`docs/generate-steps.ts does not know the file of the effect ${id}`);
    return [
      `### ${id}`,
      `${title}.${commitPoint ? ' **The commit point lies after it.**' : ''}`,
      // A sentence about a parameter is for programmers.
      lastDocstringBefore(readFileSync(join(EFFECTS, `${file}.ts`), 'utf8'), 'export async function').replace(
        /^`\w+`: [^.]*\. /,
        '',
      ),
      `- Undo: ${undo}.`,
    ];
  });
}

/** The docstring of the file that holds the step. */
function docstringOf({ id, phase }: Step): string {
  for (const file of readdirSync(join(STEPS, phase))) {
    const text = readFileSync(join(STEPS, phase, file), 'utf8');
    if (text.includes(`id: '${id}'`)) return lastDocstringBefore(text, 'export const');
  }
  throw new Error(`no file of actions/steps/${phase} holds the step ${id}`);
}

function lastDocstringBefore(text: string, declaration: string): string {
  const before = text.slice(0, text.indexOf(`\n${declaration}`) + 1);
  const start = before.lastIndexOf('/**');
  if (start < 0) throw new Error(`no docstring before \`${declaration}\``);
  return before
    .slice(start)
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** Three parts: what holds afterwards, how it is observed, what undo leaves behind. */
function parts(docstring: string): readonly string[] {
  const match = /^(Postcondition: .*?) (Observed.*?) ((?:Undo|There is no undo).*)$/.exec(docstring);
  if (!match)
    throw new Error(`a step says Postcondition, Observed, Undo in this order; this one does not: ${docstring}`);
  return match.slice(1);
}

if (require.main === module) {
  void stepsDocument().then((text) => {
    writeFileSync(join(__dirname, 'steps.md'), text);
  });
}
