import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { isPunctuation, type Token } from './sql-text';
import { storedText, STORED_OBJECT_QUERIES } from './stored-objects';

export const groupbyAscSyntax: UpgradeCheck = {
  id: 'groupbyAscSyntax',
  auroraId: 'groupByAscSyntaxCheck',
  title: 'GROUP BY with ASC or DESC',
  group: 'text',
  severity: 'error',
  whyItMatters:
    'From 8.0.13 on GROUP BY takes no ASC or DESC and sorts nothing. Objects that use them are refused, also when replication brings them.',
  documentation: AURORA_PRECHECKS,
  needs: 'SHOW VIEW, TRIGGER, SELECT on mysql.proc and mysql.event (5.7)',
  queries: STORED_OBJECT_QUERIES,
  appliesTo: (crossing) => crosses(crossing, 8, 0, 13),
  async run(context) {
    return (await storedText(context, ['views', 'routines', 'triggers', 'events']))
      .filter((object) => hasOrderedGroupBy(object.tokens))
      .map((object) => ({
        level: 'error',
        object: object.object,
        description: `This ${object.kind} has GROUP BY .. ASC or DESC.`,
        cure: 'Take ASC and DESC out of GROUP BY, and say the order in ORDER BY.',
      }));
  },
};

const END_OF_LIST: ReadonlySet<string> = new Set(
  'HAVING ORDER LIMIT PROCEDURE INTO FOR LOCK UNION WINDOW ON DO END THEN'.split(' '),
);

export function hasOrderedGroupBy(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => {
    if (token.word !== 'GROUP' || tokens[index + 1]?.word !== 'BY') return false;
    let depth = 0;
    for (const next of tokens.slice(index + 2)) {
      if (isPunctuation(next, '(')) depth++;
      else if (isPunctuation(next, ')')) depth--;
      if (depth < 0) return false;
      if (depth > 0) continue;
      if (next.word === 'ASC' || next.word === 'DESC') return true;
      if (END_OF_LIST.has(next.word) || isPunctuation(next, ';')) return false;
    }
    return false;
  });
}
