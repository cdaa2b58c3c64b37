/** docs/messages.md, made from the registry of events: `npx tsx docs/generate-messages.ts`. A test fails when it is out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS } from '../actions/engine/event-registry';
import { describeEvent } from '../actions/view/event-line';

export function messagesDocument(): string {
  return `${[
    '# Messages',
    '<!-- Made from actions/engine/event-registry.ts by `npx tsx docs/generate-messages.ts`; a test checks that it is fresh. -->',
    'All that a command tells is rendered from one stream of typed events: a live line on a terminal, plain lines with a time in a log (CI), one JSON object a line with `--json`. The journal beside the state keeps every event of commands that change something, the audit all but `waiting` ([state-format.md](state-format.md)).',
    'With `--json` the first object is `{"type":"version","format":1,"tool":"..."}`; then come events, each with `at` (ISO 8601, UTC); then what the command was asked for, with a `type` of its own; in the end, where it failed, one object of the type `error` with `code`, `summary` and `hint`. Fields are only ever added within a format. An optional field is absent, never null.',
    ...Object.values(EVENTS).flatMap(section),
  ].join('\n\n')}\n`;
}

function section({ when, fields, example }: (typeof EVENTS)[keyof typeof EVENTS]): readonly string[] {
  const line = describeEvent(example);
  return [
    `## ${example.type}`,
    when,
    [
      '| field | meaning |',
      '|---|---|',
      ...Object.entries(fields).map(([name, text]) => `| \`${name}\` | ${text} |`),
    ].join('\n'),
    ['```', JSON.stringify(example), `${line.word.padEnd(8)} ${line.text}`, '```'].join('\n'),
  ];
}

if (require.main === module) writeFileSync(join(__dirname, 'messages.md'), messagesDocument());
