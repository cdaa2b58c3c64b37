import type { UpgradeCheck } from './check';
import { AURORA_PRECHECKS } from './manuals';
import { newlyRemovedFunctions } from './removed-function-names';
import { isPunctuation, type Token } from './sql-text';
import { storedText, STORED_OBJECT_QUERIES } from './stored-objects';

export const removedFunctions: UpgradeCheck = {
  id: 'removedFunctions',
  auroraId: 'removedFunctionsCheck',
  title: 'Calls of removed functions',
  group: 'text',
  severity: 'error',
  whyItMatters:
    'Views, routines, triggers, events and generated columns that call a removed function fail on the new version: some when they are loaded, some only when they run.',
  documentation: AURORA_PRECHECKS,
  needs: 'SHOW VIEW, TRIGGER, SELECT on mysql.proc and mysql.event (5.7) or SHOW_ROUTINE and EVENT',
  queries: STORED_OBJECT_QUERIES,
  appliesTo: (crossing) => newlyRemovedFunctions(crossing).size > 0,
  async run(context) {
    const removed = newlyRemovedFunctions(context.crossing);
    const objects = await storedText(context, ['views', 'routines', 'generatedColumns', 'triggers', 'events']);
    return objects.flatMap((object) =>
      [...new Set(calledFunctions(object.tokens))].flatMap((name) => {
        const gone = removed.get(name);
        if (!gone) return [];
        return [
          {
            level: gone.level,
            object: object.object,
            description: `This ${object.kind} calls ${name}(), which the target does not have.`,
            cure: `Use ${gone.replacement} instead.`,
          },
        ];
      }),
    );
  },
};

/** Words before a name which say that the parenthesis behind it opens a list of columns or parameters. */
const BEFORE_A_NAME: ReadonlySet<string> = new Set(
  'INTO TABLE EXISTS PROCEDURE FUNCTION CALL INDEX KEY REFERENCES CONSTRAINT INSERT'.split(' '),
);

/** Names, in upper case, of what is called without a schema. Quoted names count: `encode`(..) calls the native function. */
export function calledFunctions(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' && token.kind !== 'quoted') return [];
    if (!isPunctuation(tokens[index + 1], '(')) return [];
    const previous = tokens[index - 1];
    if (isPunctuation(previous, '.') || BEFORE_A_NAME.has(previous?.word ?? '')) return [];
    return [token.text.toUpperCase()];
  });
}
