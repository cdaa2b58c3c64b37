import type { Finding, Level, UpgradeCheck } from './check';
import { crosses, type Crossing } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { removedSyntax } from './removed-syntax';
import { newlyRemovedVariables } from './removed-variables';
import { newReservedWords } from './reserved-words';
import { isPunctuation, type Token } from './sql-text';
import { storedText, STORED_OBJECT_QUERIES, type StoredObject } from './stored-objects';

export const routineSyntax: UpgradeCheck = {
  id: 'routineSyntax',
  auroraId: 'routineSyntaxCheck',
  alsoInLogAs: ['auroraUpgradeCheckNonInclusiveLanguageForStoredRoutines'],
  title: 'Routines, triggers and events that the new grammar refuses',
  group: 'text',
  severity: 'error',
  whyItMatters:
    'The text of procedures, functions, triggers and events is read with the grammar of the new version: new reserved words as names without quotes, removed statements and removed system variables are errors there. This check knows the words; loading the text into a server of the target version (--oracle) is the proof.',
  documentation: AURORA_PRECHECKS,
  needs: 'TRIGGER, SELECT on mysql.proc and mysql.event (5.7) or SHOW_ROUTINE and EVENT',
  queries: STORED_OBJECT_QUERIES,
  appliesTo: (crossing) => newReservedWords(crossing).size > 0 || crosses(crossing, 8, 4, 0),
  async run(context) {
    const objects = await storedText(context, ['routines', 'triggers', 'events']);
    return objects.flatMap((object) => refusals(context.crossing, object));
  },
};

/** At most one finding a level. */
function refusals(crossing: Crossing, object: StoredObject): readonly Finding[] {
  const words = reservedNames(object.tokens, newReservedWords(crossing));
  const variables = removedVariables(object.tokens, new Set(newlyRemovedVariables(crossing).keys()));
  const syntax = removedSyntax(crossing, object.tokens);
  const found = (level: Level): readonly string[] => [
    ...(level === 'error' ? words.map((word) => `the reserved word ${word} as a name`) : []),
    ...syntax.filter((entry) => entry.level === level).map((entry) => entry.words),
    ...(level === 'error' ? variables.map((name) => `the removed variable ${name}`) : []),
  ];
  return (['error', 'warning'] as const).flatMap((level) => {
    const parts = [...new Set(found(level))];
    if (parts.length === 0) return [];
    return [
      {
        level,
        object: object.object,
        description: `This ${object.kind} has ${parts.join(', ')}, which the target does not understand.`,
        cure:
          words.length > 0 && level === 'error'
            ? `Create it again with ${words.map((word) => `\`${word.toLowerCase()}\``).join(', ')} in backticks.`
            : 'Create it again without that.',
      },
    ];
  });
}

/**
 * Unquoted words that stand where only a name can stand: not behind a period (9.7.4 takes any word there; tried), and not in
 * one of the few places in which 5.7 already knew the word as a keyword.
 */
export function reservedNames(tokens: readonly Token[], reserved: ReadonlySet<string>): readonly string[] {
  const found = tokens.flatMap((token, at) => {
    if (token.kind !== 'word' || !reserved.has(token.word)) return [];
    const previous = tokens[at - 1];
    if (isPunctuation(previous, '.')) return [];
    return isKeyword(tokens, at) ? [] : [token.word];
  });
  return [...new Set(found)];
}

function isKeyword(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at]?.word;
  const before = tokens[at - 1]?.word ?? '';
  switch (word) {
    case 'FUNCTION':
      return ['SHOW', 'CREATE', 'DROP', 'ALTER', 'AGGREGATE', 'ON'].includes(before);
    case 'ROW':
      return (
        before === 'EACH' ||
        (isPunctuation(tokens[at + 1], '(') && !BEFORE_A_NAME.has(before)) ||
        assigned(tokens, at) === 'BINLOG_FORMAT'
      );
    case 'ROWS':
      return tokens[at - 1]?.kind === 'number';
    case 'SYSTEM':
      return assigned(tokens, at) === 'TIME_ZONE';
    default:
      return false;
  }
}

/** Behind these a parenthesis follows a name, and is no row of values. */
const BEFORE_A_NAME: ReadonlySet<string> = new Set(
  'CALL INTO TABLE EXISTS INSERT REPLACE REFERENCES INDEX KEY'.split(' '),
);

/** Upper-case name, without its scope, of what the token before is assigned to: `SET @@session.time_zone := SYSTEM`. */
function assigned(tokens: readonly Token[], at: number): string | undefined {
  if (!isPunctuation(tokens[at - 1], '=')) return undefined;
  const name = isPunctuation(tokens[at - 2], ':') ? tokens[at - 3] : tokens[at - 2];
  return name?.text.split('.').at(-1)?.replace(/^@+/, '').toUpperCase();
}

/** `@@tx_isolation`, and `SET SESSION tx_isolation = ..` unless the routine declares a variable of that name (1193 on 9.7.4). */
export function removedVariables(tokens: readonly Token[], removed: ReadonlySet<string>): readonly string[] {
  const declared = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.word === 'DECLARE') declared.add(tokens[at + 1]?.text.toLowerCase() ?? '');
  });
  let isInSet = false;
  const found = tokens.flatMap((token, at) => {
    if (token.word === 'SET') isInSet = true;
    if (isPunctuation(token, ';')) isInSet = false;
    if (token.kind === 'variable' && token.text.startsWith('@@')) {
      const name = token.text
        .slice(2)
        .toLowerCase()
        .replace(/^(global|session|local)\./, '');
      return removed.has(name) ? [name] : [];
    }
    if (!isInSet || token.kind !== 'word' || !removed.has(token.text.toLowerCase())) return [];
    const name = token.text.toLowerCase();
    const previous = tokens[at - 1];
    const isTarget =
      ['SET', 'SESSION', 'GLOBAL', 'LOCAL'].includes(previous?.word ?? '') || isPunctuation(previous, ',');
    const isAssigned = isPunctuation(tokens[at + 1], '=') || isPunctuation(tokens[at + 2], '=');
    return isTarget && isAssigned && !declared.has(name) ? [name] : [];
  });
  return [...new Set(found)];
}
