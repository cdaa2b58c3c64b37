import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import type { Token } from './sql-text';
import { storedText, STORED_OBJECT_QUERIES } from './stored-objects';

export const queryCacheSyntax: UpgradeCheck = {
  id: 'queryCacheSyntax',
  auroraId: 'depreciatedSyntaxCheck',
  alsoInLogAs: ['getRoutinesWithDepreciatedKeywords'],
  title: 'Syntax of the query cache',
  group: 'text',
  severity: 'error',
  whyItMatters:
    "8.0 has no query cache. Aurora's precheck refuses objects with SQL_CACHE, SQL_NO_CACHE or QUERY CACHE; elsewhere SQL_CACHE can be taken for the name of a column, so that an object fails only when it runs.",
  documentation: AURORA_PRECHECKS,
  needs: 'SHOW VIEW, TRIGGER, SELECT on mysql.proc and mysql.event (5.7)',
  queries: STORED_OBJECT_QUERIES,
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await storedText(context, ['views', 'routines', 'triggers', 'events'])).flatMap((object) => {
      const words = queryCacheWords(object.tokens);
      if (words.length === 0) return [];
      return [
        {
          level: 'error' as const,
          object: object.object,
          description: `This ${object.kind} uses ${words.join(' and ')}.`,
          cure: 'Remove the words; they have no effect without a query cache.',
        },
      ];
    });
  },
};

export function queryCacheWords(tokens: readonly Token[]): readonly string[] {
  const words = tokens.flatMap((token, index) => {
    if (token.word === 'SQL_CACHE' || token.word === 'SQL_NO_CACHE') return [token.word];
    return token.word === 'QUERY' && tokens[index + 1]?.word === 'CACHE' ? ['QUERY CACHE'] : [];
  });
  return [...new Set(words)];
}
