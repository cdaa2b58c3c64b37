import { parseArgs } from 'node:util';
import { HelpRequest, UsageError } from '../cli/lab-arguments';
import type { LabPair } from '../contract';
import { isLabPair } from '../supervisor/pairings';
import { FAULTS } from './catalogue';
import type { Fault } from './fault';

const USAGE =
  'npm run faults -- [--rounds N] [--seed S] [--pair 57-97|57-57|97-97] [--only FAULT|FAMILY]... [--list] [--json]';

export interface FaultArguments {
  readonly rounds: number;
  readonly seed: number;
  readonly pair: LabPair;
  /** In the order of the catalogue. */
  readonly faults: readonly Fault[];
  readonly isList: boolean;
  readonly isJson: boolean;
}

/** `--rounds` defaults to as many as it takes to meet every chosen fault in both directions. */
export function readArguments(words: readonly string[]): FaultArguments {
  const values = parse(words);
  if (values.help) throw new HelpRequest(`Usage: ${USAGE}`);
  const { pair = '57-97', only = [] } = values;
  if (!isLabPair(pair)) throw refusal(`There is no pair ${pair}.`);
  const unknown = only.filter((name) => !FAULTS.some((fault) => fault.name === name || fault.family === name));
  if (unknown.length > 0) throw refusal(`There is no fault ${unknown.join(', ')}; --list names them.`);
  const faults = FAULTS.filter(({ name, family }) => only.length === 0 || only.includes(name) || only.includes(family));
  const everything = faults.reduce((sum, { directions }) => sum + (directions?.length ?? 2), 0);
  return {
    rounds: values.rounds === undefined ? everything : wholeNumber('--rounds', values.rounds, 1),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber('--seed', values.seed, 0),
    pair,
    faults,
    isList: values.list ?? false,
    isJson: values.json ?? false,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      strict: true,
      allowPositionals: false,
      options: {
        rounds: { type: 'string' },
        seed: { type: 'string' },
        pair: { type: 'string' },
        only: { type: 'string', multiple: true },
        list: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(flag: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw refusal(`${flag} takes a whole number from ${least} on, not ${text}.`);
  return Number(text);
}

function refusal(why: string): UsageError {
  return new UsageError(`${why}\nUsage: ${USAGE}`);
}
