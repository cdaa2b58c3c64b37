import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A mistake in the command line; its message says how to call the command. */
export class UsageError extends Error {}

export const DEFAULT_DIR = '.lab';

/** Options by name; throws a `UsageError` for anything else on the command line. */
export function labArguments(
  args: readonly string[],
  usage: string,
  options: NonNullable<ParseArgsConfig['options']>,
): Readonly<Record<string, string | boolean | undefined>> {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
  }
}
