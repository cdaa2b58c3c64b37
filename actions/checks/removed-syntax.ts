/**
 * Statements of stored programs that a newer grammar refuses. Each was created on 5.7.29, which takes it, and on 9.7.4, which
 * answers 1064; since when is from the MySQL manuals. Syntax that has a check of its own (GROUP BY .. DESC, SQL_CACHE, bare
 * periods, removed functions) is left to that check.
 */
import type { Level } from './check';
import { crosses, type Crossing, type MysqlNumbers } from './crossing';
import type { Token } from './sql-text';

interface RemovedSyntax {
  readonly since: MysqlNumbers;
  readonly level: Level;
  /** Consecutive words; `|` between alternatives, `'..'` for a string, other signs for themselves. */
  readonly patterns: readonly string[];
  /** Words that must not stand in the same statement before the pattern. */
  readonly onlyAfter?: string;
}

const REMOVED: readonly RemovedSyntax[] = [
  {
    since: [8, 0, 11],
    level: 'error',
    patterns: [
      'PROCEDURE ANALYSE (',
      "BY PASSWORD '..'",
      'PASSWORD = PASSWORD (',
      'FLUSH QUERY CACHE',
      'RESET QUERY CACHE',
      'FLUSH DES_KEY_FILE',
      'UPGRADE PARTITIONING',
      '\\ N',
    ],
  },
  {
    since: [8, 0, 11],
    level: 'error',
    onlyAfter: 'GRANT',
    patterns: [
      'IDENTIFIED BY|WITH',
      'REQUIRE SSL|X509|CIPHER|ISSUER|SUBJECT|NONE',
      'WITH MAX_QUERIES_PER_HOUR|MAX_UPDATES_PER_HOUR|MAX_CONNECTIONS_PER_HOUR|MAX_USER_CONNECTIONS',
    ],
  },
  // Aurora upgrades such routines and reports a warning; they fail when they are called.
  {
    since: [8, 4, 0],
    level: 'warning',
    patterns: [
      'FLUSH HOSTS',
      'SHOW MASTER STATUS|LOGS',
      'SHOW SLAVE STATUS|HOSTS',
      'START|STOP SLAVE',
      'CHANGE MASTER TO',
      'RESET MASTER|SLAVE',
      'PURGE MASTER LOGS',
    ],
  },
];

export interface FoundSyntax {
  readonly level: Level;
  /** As it stands in the text, e.g. `SHOW SLAVE STATUS`. */
  readonly words: string;
}

/** In the order of the text. */
export function removedSyntax(crossing: Crossing, tokens: readonly Token[]): readonly FoundSyntax[] {
  const rules = REMOVED.filter(({ since }) => crosses(crossing, ...since)).flatMap((rule) =>
    rule.patterns.map((pattern) => ({ ...rule, parts: pattern.split(' ').map((part) => part.split('|')) })),
  );
  const found: FoundSyntax[] = [];
  let statement = 0;
  tokens.forEach((token, at) => {
    if (token.text === ';' || ['BEGIN', 'THEN', 'ELSE', 'DO'].includes(token.word)) statement = at + 1;
    for (const { level, onlyAfter, parts } of rules) {
      if (!parts.every((words, offset) => words.some((word) => isPart(tokens[at + offset], word)))) continue;
      if (onlyAfter !== undefined && tokens[statement]?.word !== onlyAfter) continue;
      const words = tokens.slice(at, at + parts.length).filter(({ kind }) => kind === 'word');
      found.push({
        level,
        words: words
          .map(({ word }) => word)
          .join(' ')
          .replace(/^N$/, String.raw`\N`),
      });
    }
  });
  return found;
}

function isPart(token: Token | undefined, part: string): boolean {
  if (token === undefined) return false;
  if (part === "'..'") return token.kind === 'string';
  return token.kind === 'punctuation' ? token.text === part : token.word === part;
}
