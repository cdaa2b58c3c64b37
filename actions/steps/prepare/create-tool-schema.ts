import { ask, sql, tell } from '../../engine/context';
import type { Step } from '../../engine/step';
import { recordedLineages, recordLineage } from '../../mysql/marker-history';
import { toolTables } from '../../mysql/queries';
import { createToolSchema, dropToolSchema, TOOL_SCHEMA } from '../../mysql/statements';

/**
 * Postcondition: the tool's own schema with its marker and probe tables is on blue, and so in the snapshot; it names the
 * lineage, from which a lost state finds the passwords of the tool's accounts again.
 * Observed in the information schema and in the marker table.
 * Undo drops the schema; nothing of the application is in it.
 */
export const createToolSchemaOnBlue: Step = {
  id: 'create-tool-schema',
  phase: 'prepare',
  title: "Create the tool's own schema on blue",
  async check(context) {
    if (!context.facts().blue) return { is: 'later', waitsFor: 'the facts of blue', changes: [] };
    const lineage = recordLineage(context.lineage);
    const tables = new Set(await ask(context, 'blue', toolTables()));
    if (!tables.has('marker') || !tables.has('probe')) {
      return { is: 'needed', changes: sql('blue', ...createToolSchema(), lineage) };
    }
    const found = `${TOOL_SCHEMA}.marker and ${TOOL_SCHEMA}.probe are there`;
    if ((await ask(context, 'blue', recordedLineages())).includes(context.lineage)) {
      return { is: 'done', evidence: `${found} and name the lineage` };
    }
    // An upgrade that has gone further without it may have a blue that takes no writes; its switches name the lineage too.
    return context.phase === 'new' || context.phase === 'prepared'
      ? { is: 'needed', changes: sql('blue', lineage) }
      : { is: 'done', evidence: found };
  },
  async do(context) {
    await tell(context, 'blue', ...createToolSchema(), recordLineage(context.lineage));
  },
  async undo(context) {
    await tell(context, 'blue', dropToolSchema());
  },
};
