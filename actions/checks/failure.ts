import { messageOf, UpgradeError } from '../engine/errors';

/** Access denied in its forms: schema, login, table, column, SUPER or a named privilege, routine, XA RECOVER, all of I_S. */
const MISSING_GRANT: ReadonlySet<number> = new Set([1044, 1045, 1142, 1143, 1227, 1370, 1401]);

export interface Failure {
  readonly reason: string;
  readonly isMissingGrant: boolean;
}

/** Why a check could not look. The adapter's errors carry MySQL's number in their code, `mysql-1227`. */
export function describeFailure(error: unknown): Failure {
  const errno = errnoOf(error);
  const hint = error instanceof UpgradeError && error.hint !== undefined ? ` ${error.hint}` : '';
  return {
    reason: `${messageOf(error)}.${hint}`.replace(/\.\.( |$)/, '.$1'),
    isMissingGrant: (errno !== undefined && MISSING_GRANT.has(errno)) || isAwsDenial(error),
  };
}

function errnoOf(error: unknown): number | undefined {
  const code = error instanceof UpgradeError ? /^mysql-(\d+)$/.exec(error.code)?.[1] : undefined;
  return code === undefined ? undefined : Number(code);
}

function isAwsDenial(error: unknown): boolean {
  return error instanceof UpgradeError && error.source === 'aws' && /denied|unauthori[sz]ed/i.test(error.code);
}
