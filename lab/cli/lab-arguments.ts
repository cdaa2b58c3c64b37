import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A mistake in the command line; its message says how to call the command. */
export class UsageError extends Error {}

/** The command line asks for help; the message is the usage. */
export class HelpRequest extends Error {}

export const DEFAULT_DIR = '.lab';

/** Options by name. Throws a `HelpRequest` for `--help`, a `UsageError` for anything that is not an option. */
export function labArguments(
  args: readonly string[],
  usage: string,
  options: NonNullable<ParseArgsConfig['options']>,
): Readonly<Record<string, string | boolean | undefined>> {
  const { help, ...values } = parse(args, usage, { ...options, help: { type: 'boolean', short: 'h' } });
  if (help === true) throw new HelpRequest(`Usage: ${usage}`);
  return values;
}

function parse(
  args: readonly string[],
  usage: string,
  options: NonNullable<ParseArgsConfig['options']>,
): Record<string, string | boolean | undefined> {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
  }
}
