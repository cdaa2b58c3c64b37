import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { isName, isPunctuation, type Token } from './sql-text';
import { storedText, STORED_OBJECT_QUERIES } from './stored-objects';

export const emptyDotTableSyntax: UpgradeCheck = {
  id: 'emptyDotTableSyntax',
  auroraId: 'mysqlEmptyDotTableSyntaxCheck',
  title: 'Names that start with a period',
  group: 'text',
  severity: 'error',
  whyItMatters: 'Before 8.0 `.table` was read as a table of the current schema; now it is a syntax error.',
  documentation: AURORA_PRECHECKS,
  needs: 'TRIGGER, SELECT on mysql.proc and mysql.event',
  queries: STORED_OBJECT_QUERIES,
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    return (await storedText(context, ['routines', 'triggers', 'events'])).flatMap((object) => {
      const names = namesAfterBarePeriod(object.tokens);
      if (names.length === 0) return [];
      return [
        {
          level: 'error' as const,
          object: object.object,
          description: `This ${object.kind} writes ${names.map((name) => `.${name}`).join(', ')}.`,
          cure: 'Remove the period, or put the schema before it.',
        },
      ];
    });
  },
};

/** Reserved words that can stand before a name; behind any other word a period qualifies that word (`a .b`). */
const BEFORE_A_NAME: ReadonlySet<string> = new Set(
  (
    'FROM JOIN INTO UPDATE TABLE SELECT WHERE AND OR NOT ON BY SET HAVING WHEN THEN ELSE CASE LIKE IN BETWEEN DISTINCT ' +
    'USING STRAIGHT_JOIN EXISTS DELETE INSERT REPLACE IGNORE RETURN IF ALL LOW_PRIORITY LEFT RIGHT INNER CROSS DIV MOD XOR'
  ).split(' '),
);

export function namesAfterBarePeriod(tokens: readonly Token[]): readonly string[] {
  const names = tokens.flatMap((token, index) => {
    const name = tokens[index + 1];
    if (!isPunctuation(token, '.') || !isName(name) || name === undefined) return [];
    const previous = tokens[index - 1];
    const isBare =
      previous === undefined ||
      (previous.kind === 'word' && BEFORE_A_NAME.has(previous.word) && !isPunctuation(tokens[index - 2], '.')) ||
      (previous.kind === 'punctuation' && ![')', '.', '*'].includes(previous.text));
    return isBare ? [name.text] : [];
  });
  return [...new Set(names)];
}
