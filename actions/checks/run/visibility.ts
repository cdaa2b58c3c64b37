/**
 * What an account cannot see, MySQL does not refuse: information_schema lists the objects that it may use and
 * the process list its own threads, and both look complete (tried on 5.7.29 and 9.7.4). So "nothing found" is only true for
 * an account that sees everything.
 */
import type { Query, Row } from '../../ports/mysql-server';
import type { UpgradeCheck } from '../check';
import { select, show, text } from '../queries';
import type { NotChecked } from '../report';

const ROLES = select('roles', 'SELECT CURRENT_ROLE() AS roles');
const GRANTS = show('grants', 'SHOW GRANTS');

/** Global privileges that make an account see everything there is of a kind. */
export interface Visibility {
  readonly seesSchemas: boolean;
  readonly seesProcesses: boolean;
}

/** Undefined when the server does not tell the grants: then nothing is said about them. */
export async function readVisibility(read: <T>(query: Query<T>) => Promise<T>): Promise<Visibility | undefined> {
  const lines: string[] = [];
  try {
    for (const question of [GRANTS, ...(await grantsUsingRoles(read))]) {
      for (const row of await read(question)) lines.push(...Object.keys(row).map((column) => text(row, column)));
    }
  } catch {
    return undefined;
  }
  return lines.length === 0 ? undefined : visibilityOf(lines);
}

/** Lines of SHOW GRANTS. */
export function visibilityOf(grants: readonly string[]): Visibility {
  const isGlobal = (privilege: string): boolean =>
    grants.some((line) => {
      const [, privileges = ''] = /^GRANT (.+?) ON \*\.\* TO /i.exec(line) ?? [];
      return privileges.split(/\s*,\s*/).some((one) => one === privilege || /^ALL PRIVILEGES$/i.test(one));
    });
  return { seesSchemas: isGlobal('SELECT'), seesProcesses: isGlobal('PROCESS') };
}

/** 5.7 has no roles and refuses the question. */
async function grantsUsingRoles(read: <T>(query: Query<T>) => Promise<T>): Promise<readonly Query<readonly Row[]>[]> {
  try {
    const roles = text((await read(ROLES))[0] ?? {}, 'roles');
    if (roles === 'NONE' || roles === '') return [];
    return [show('grants-of-roles', `SHOW GRANTS FOR CURRENT_USER() USING ${roles}`)];
  } catch {
    return [];
  }
}

const OF_SCHEMAS =
  /information_schema\.(schemata|tables|columns|statistics|partitions|triggers|views|routines|events|key_column_usage|table_constraints|referential_constraints)\b/i;
const OF_PROCESSES = /\b(information_schema|performance_schema)\.processlist\b/i;

/** What a check that has looked could not have seen. */
export function unseen(check: UpgradeCheck, visibility: Visibility | undefined): readonly NotChecked[] {
  if (visibility === undefined) return [];
  const gap = (object: string, privilege: string): NotChecked => ({
    check: check.id,
    object,
    reason: `The server shows this account only its own part and says nothing about the rest. Grant it ${privilege} ON *.*, or use the master user.`,
    needs: check.needs,
  });
  const asks = (pattern: RegExp): boolean => check.queries.some(({ sql }) => pattern.test(sql));
  return [
    ...(!visibility.seesSchemas && asks(OF_SCHEMAS) ? [gap('objects that this account may not use', 'SELECT')] : []),
    ...(!visibility.seesProcesses && asks(OF_PROCESSES) ? [gap('sessions of other accounts', 'PROCESS')] : []),
  ];
}
