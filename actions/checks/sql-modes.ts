import type { CheckContext, Finding, Level } from './check';
import { storedText } from './stored-objects';

/**
 * Findings for the global sql_mode and every stored object that remembers one of these modes. The new server drops such a
 * mode silently when it takes the object over (tried 5.7.29 to 9.7.4).
 */
export async function findSqlModes(
  context: CheckContext,
  level: Level,
  modes: readonly string[],
  meaning: string,
): Promise<readonly Finding[]> {
  const used = (present: readonly string[]): string => modes.filter((mode) => present.includes(mode)).join(', ');
  const global = used(((await context.variables()).get('sql_mode') ?? '').split(','));
  const findings: Finding[] = [];
  if (global !== '') {
    findings.push({
      level,
      object: 'sql_mode',
      description: `The global sql_mode has ${global}. ${meaning}`,
      cure: `Take ${global} out of sql_mode in the parameter group, and out of what applications set for their sessions.`,
    });
  }
  for (const object of await storedText(context, ['routines', 'events', 'triggers'])) {
    const own = used(object.sqlModes);
    if (own === '') continue;
    findings.push({
      level,
      object: object.object,
      description: `This ${object.kind} was created under ${own}. ${meaning}`,
      cure: `Create it again under a sql_mode without ${own}.`,
    });
  }
  return findings;
}
