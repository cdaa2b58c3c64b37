/** What zod says, as sentences a person can act on. */
import type { z } from 'zod';

import { nearest } from './nearest';
import { namesAt, settingAt, type Path } from './schema-tree';

export interface SchemaProblem {
  readonly path: Path;
  /** The problem is the key itself, not its value. */
  readonly isAboutKey: boolean;
  readonly text: string;
}

/** What a value must be, as a phrase that continues "it must be"; the schema's own messages are such phrases too. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? oneOf(issue.options.map(String)) : 'another value';
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin, Number(issue.minimum))}`;
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin, Number(issue.maximum))}`;
    case 'invalid_format':
      return `a text that matches ${issue.pattern ?? issue.format}`;
    default:
      return 'another value';
  }
}

/** The problems that one issue stands for: an unknown-keys issue has one for each key. */
export function problemsOf(issue: z.core.$ZodIssue): readonly SchemaProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      isAboutKey: true,
      text: unknownKey(issue.path, key),
    }));
  }
  const name = formatPath(issue.path);
  if (issue.code === 'invalid_key') {
    return [{ path: issue.path, isAboutKey: true, text: `The name of ${name} must be ${issue.issues[0]?.message}.` }];
  }
  const found = valueIn(issue);
  if (found === undefined) {
    const description = settingAt(issue.path)?.description;
    const text = `${name} is missing.${description === undefined ? '' : ` ${description}`}`;
    return [{ path: issue.path, isAboutKey: false, text }];
  }
  const text = `${name} must be ${issue.message}; it is ${describe(found)}${suggestion(issue, found)}.`;
  return [{ path: issue.path, isAboutKey: false, text }];
}

export function formatPath(path: Path): string {
  const text = path
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${String(segment)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'The file' : text;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of names and values',
};

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

function unitOf(origin: string, count: number): string {
  if (origin === 'array') return count === 1 ? ' entry' : ' entries';
  if (origin === 'string') return count === 1 ? ' character long' : ' characters long';
  return '';
}

function unknownKey(parent: Path, key: string): string {
  const known = namesAt(parent);
  const meant = nearest(key, known);
  const where = parent.length === 0 ? 'Settings at the top are' : `Settings of ${formatPath(parent)} are`;
  const name = formatPath([...parent, key]);
  return meant === undefined
    ? `${name} is not a setting. ${where} ${known.join(', ')}.`
    : `${name} is not a setting; did you mean ${meant}?`;
}

/** Zod reports the object that holds a wrong discriminator; the value that is wrong is the discriminator's. */
function valueIn(issue: z.core.$ZodIssue): unknown {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue)) return issue.input;
  const input: unknown = issue.input;
  const discriminator = String(issue.discriminator);
  if (typeof input !== 'object' || input === null) return input;
  return new Map<string, unknown>(Object.entries(input)).get(discriminator);
}

function suggestion(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.code !== 'invalid_value' || typeof found !== 'string') return '';
  const meant = nearest(found, issue.values.map(String));
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of settings';
  const text = JSON.stringify(value);
  return `${typeof value === 'string' ? '' : `the ${typeof value} `}${text.length > 80 ? `${text.slice(0, 77)}..."` : text}`;
}
