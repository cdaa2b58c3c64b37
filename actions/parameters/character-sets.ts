/**
 * character_set_server and collation_server must fit each other. Where upgrade.yaml names one of them, the tool's own value of
 * the other, which is blue's, may not fit any more.
 */

const SERVER_SET = 'character_set_server';
const SERVER_COLLATION = 'collation_server';

/** The tool's settings without what contradicts upgrade.yaml, and with what completes it. */
export function matchCharacterSets(
  tool: Readonly<Record<string, string>>,
  config: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [set, collation] = [config[SERVER_SET], config[SERVER_COLLATION]];
  if ((set === undefined) === (collation === undefined)) return tool;
  if (collation !== undefined) return { ...tool, [SERVER_SET]: characterSetOf(collation) };
  const kept = tool[SERVER_COLLATION];
  if (set === undefined || (kept !== undefined && plain(characterSetOf(kept)) === plain(set))) return tool;
  const { [SERVER_COLLATION]: _unfit, ...rest } = tool;
  // The default of utf8mb4 is one that a 5.7 replica does not know; of others the server takes the set's own default.
  return plain(set) === 'utf8mb4' ? { ...rest, [SERVER_COLLATION]: 'utf8mb4_general_ci' } : rest;
}

/** `latin1` of `latin1_swedish_ci`; `binary` stands for itself. */
function characterSetOf(collation: string): string {
  return collation.split('_')[0] ?? collation;
}

function plain(set: string): string {
  return set.toLowerCase().replace(/^utf8$/, 'utf8mb3');
}
