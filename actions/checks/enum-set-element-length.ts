import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';
import { isPunctuation, tokenise, type Token } from './sql-text';
import { storedText } from './stored-objects';

const LIMIT = 255;

/** For a SET the length is that of all elements together, so the elements are measured one by one below. */
const COLUMNS = select(
  'long-enum-and-set-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, column_type AS column_type
FROM information_schema.columns
WHERE data_type IN ('enum', 'set') AND character_maximum_length > ${LIMIT} AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);

export const enumSetElementLength: UpgradeCheck = {
  id: 'enumSetElementLength',
  auroraId: 'enumSetElementLengthCheck',
  title: 'ENUM and SET elements above 255 characters',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.0 on one element of an ENUM or SET may have 255 characters; the upgrade refuses longer ones.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas; SELECT on mysql.proc (5.7)',
  queries: [COLUMNS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    const columns = (await context.read(COLUMNS)).map((row) => ({
      object: objectName(row, 'schema_name', 'table_name', 'column_name'),
      length: longestElement(tokenise(text(row, 'column_type'), { noBackslashEscapes: true })),
    }));
    const routines = (await storedText(context, ['routines'])).map((routine) => ({
      object: routine.object,
      length: longestElement(routine.tokens),
    }));
    return [...columns, ...routines]
      .filter(({ length }) => length > LIMIT)
      .map(({ object, length }) => ({
        level: 'error',
        object,
        description: `An element has ${length} characters; ${LIMIT} are allowed.`,
        cure: 'Change the type to elements of at most 255 characters, and the rows that use the longer one.',
      }));
  },
};

/** Characters of the longest element of any ENUM(..) or SET(..) among the tokens; 0 without one. */
export function longestElement(tokens: readonly Token[]): number {
  let longest = 0;
  tokens.forEach((token, index) => {
    if (!['ENUM', 'SET'].includes(token.word) || !isPunctuation(tokens[index + 1], '(')) return;
    for (let at = index + 2; tokens[at]?.kind === 'string' || isPunctuation(tokens[at], ','); at++) {
      const element = tokens[at];
      if (element?.kind === 'string') longest = Math.max(longest, [...element.text].length);
    }
  });
  return longest;
}
