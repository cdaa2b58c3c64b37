import { HelpRequest, UsageError } from './lab-arguments';

/** 0 done, 1 failed, 64 wrong usage; what went wrong goes to stderr. */
export async function exitCode(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (error instanceof HelpRequest) {
      process.stdout.write(`${error.message}\n`);
      return 0;
    }
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 64 : 1;
  }
}
