/** Errors of AWS in words that name the code, which people search for. */

/** Throws an error that says what was tried. */
export async function attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new Error(`${what}: ${describe(error)}`, { cause: error });
  }
}

/** Undefined when AWS says that it does not exist. `codes` are AWS's error codes, with or without the ending `Fault`. */
export async function unlessGone<T>(codes: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, codes)) return undefined;
    throw error;
  }
}

/** The SDK names an error by its type (`DBClusterNotFoundFault`) or, where it knows none, by the code itself. */
export function hasCode(error: unknown, codes: readonly string[]): boolean {
  if (!(error instanceof Error)) return false;
  const names = [error.name, 'Code' in error ? String(error.Code) : ''].map(withoutFault);
  return codes.some((code) => names.includes(withoutFault(code)));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}

function withoutFault(code: string): string {
  return code.replace(/Fault$/, '');
}
