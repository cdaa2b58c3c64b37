/** docs/configuration.md and upgrade.schema.json, made from the schema so that they cannot say anything else. */
import { z } from 'zod';

import { EXAMPLE_ANSWERS, initTemplate } from './init-template';
import { upgradeSchema } from './schema';
import { shapeOf, unwrap, type Setting } from './schema-tree';

/** Text of upgrade.schema.json: what editors check upgrade.yaml by. Defaults are written as they are in the file. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(upgradeSchema, {
    io: 'input',
    target: 'draft-7',
    override({ zodSchema, jsonSchema }) {
      const { schema: inner, default: fallback } = unwrap(zodSchema);
      if (isDuration(inner) && typeof fallback === 'number') jsonSchema.default = durationText(fallback);
    },
  });
  return `${JSON.stringify({ ...schema, title: 'aurora-cutover: upgrade.yaml' }, undefined, 2)}\n`;
}

/** Text of docs/configuration.md. */
export function configurationDocument(): string {
  const top = Object.entries(upgradeSchema.shape).map(([name, schema]) => ({ name, setting: unwrap(schema) }));
  const isSection = ({ setting }: { readonly setting: Setting }): boolean => rowsOf('', setting).length > 0;
  return [
    '# Configuration',
    '',
    '<!-- Made from actions/config/schema.ts by `npx tsx actions/config/generate-docs.ts`; a test checks that it is fresh. -->',
    '',
    'One file, `upgrade.yaml`, describes one upgrade. `npx aurora-cutover init` writes one to start from; ' +
      '`npx aurora-cutover validate` reports everything that is wrong with it at once, each with its line. ' +
      'An unknown key is an error. Relative paths are relative to the folder of the file. No secret belongs into it.',
    '',
    'Durations are a number and a unit: `250ms`, `90s`, `15m`, `48h`, `7d`. Editors that know JSON Schema check the file ' +
      'by `upgrade.schema.json`.',
    '',
    '## At the top',
    '',
    ...table(top.filter((entry) => !isSection(entry)).map(({ name, setting }) => row(name, setting))),
    '',
    ...top
      .filter(isSection)
      .flatMap(({ name, setting }) => [
        `## \`${name}\``,
        '',
        setting.description ?? '',
        '',
        ...table(rowsOf(name, setting)),
        '',
      ]),
    '## What `init` writes',
    '',
    '```yaml',
    initTemplate(EXAMPLE_ANSWERS).trimEnd(),
    '```',
    '',
  ].join('\n');
}

interface Row {
  readonly name: string;
  readonly values: string;
  readonly fallback: string;
  readonly description: string;
}

/** The settings below a setting, flat; empty when it has none. */
function rowsOf(path: string, { schema }: Setting): readonly Row[] {
  const inner = schema instanceof z.ZodArray ? unwrap(schema.element).schema : schema;
  const prefix = schema instanceof z.ZodArray ? `${path}[]` : path;
  return Object.entries(shapeOf(inner)).flatMap(([name, member]) => {
    const setting = unwrap(member);
    const key = `${prefix}.${name}`;
    const below = rowsOf(key, setting);
    return below.length === 0 ? [row(key, setting)] : [...groupRow(key, setting), ...below];
  });
}

/** A list of groups is a setting of its own; a group is only its members. */
function groupRow(name: string, setting: Setting): readonly Row[] {
  return setting.schema instanceof z.ZodArray ? [row(name, setting)] : [];
}

function row(name: string, setting: Setting): Row {
  return {
    name: `\`${name}\``,
    values: valuesOf(setting.schema),
    fallback: fallbackOf(setting),
    description: setting.description ?? '',
  };
}

function table(rows: readonly Row[]): readonly string[] {
  return [
    '| setting | value | default | |',
    '|---|---|---|---|',
    ...rows.map(
      ({ name, values, fallback, description }) => `| ${[name, values, fallback, description].map(cell).join(' | ')} |`,
    ),
  ];
}

/** Outside of code, an angle bracket would begin HTML and vanish. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '\\<') : part))
    .join('`');
}

function valuesOf(schema: z.core.$ZodType): string {
  if (isDuration(schema)) return 'duration';
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(', ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => `\`${String(value)}\``).join(', ');
  if (schema instanceof z.ZodBoolean) return '`true`, `false`';
  if (schema instanceof z.ZodNumber) return `whole number, ${schema.minValue} to ${schema.maxValue}`;
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodRecord) return 'names and values';
  return patternPhrase(schema) ?? 'text';
}

/** The phrase that the schema gives for its pattern, such as "an AWS region such as eu-west-1". */
function patternPhrase(schema: z.core.$ZodType): string | undefined {
  const issue = z.safeParse(schema, '\0').error?.issues[0];
  return issue?.code === 'invalid_format' ? issue.message : undefined;
}

function fallbackOf({ schema, isRequired, default: fallback }: Setting): string {
  if (isRequired) return '**required**';
  if (isDuration(schema) && typeof fallback === 'number') return `\`${durationText(fallback)}\``;
  if (fallback === undefined || (typeof fallback === 'object' && Object.keys(fallback ?? {}).length === 0)) return '';
  return `\`${String(fallback)}\``;
}

/** Durations are the texts that refuse a bare number and accept one with a unit. */
function isDuration(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodString && schema.safeParse('1ms').success && !schema.safeParse('word').success;
}

function durationText(milliseconds: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const unit = units.find(([, length]) => milliseconds > 0 && milliseconds % length === 0);
  return unit === undefined
    ? `${milliseconds === 0 ? '0s' : `${milliseconds}ms`}`
    : `${milliseconds / unit[1]}${unit[0]}`;
}
