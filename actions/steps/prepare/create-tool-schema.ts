import { ask, sql, tell } from '../../engine/context';
import type { Step } from '../../engine/step';
import { toolTables } from '../../mysql/queries';
import { createToolSchema, dropToolSchema, TOOL_SCHEMA } from '../../mysql/statements';

/**
 * Postcondition: the tool's own schema with its marker and probe tables is on blue, and so in the snapshot.
 * Observed in the information schema.
 * Undo drops the schema; nothing of the application is in it.
 */
export const createToolSchemaOnBlue: Step = {
  id: 'create-tool-schema',
  phase: 'prepare',
  title: "Create the tool's own schema on blue",
  async check(context) {
    if (!context.facts().blue) return { is: 'later', waitsFor: 'the facts of blue', changes: [] };
    const tables = new Set(await ask(context, 'blue', toolTables()));
    return tables.has('marker') && tables.has('probe')
      ? { is: 'done', evidence: `${TOOL_SCHEMA}.marker and ${TOOL_SCHEMA}.probe are there` }
      : { is: 'needed', changes: sql('blue', ...createToolSchema()) };
  },
  async do(context) {
    await tell(context, 'blue', ...createToolSchema());
  },
  async undo(context) {
    await tell(context, 'blue', dropToolSchema());
  },
};
