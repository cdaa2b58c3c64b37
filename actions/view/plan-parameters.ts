/** What becomes of blue's parameters: a table for the terminal; a diff of the groups and a table for the pull request. Pure. */
import { structuredPatch } from 'diff';
import type { ParameterTable } from '../engine/plan';
import type { ParameterLevel } from '../ports/aws';
import type { ParameterPlace, TranslatedParameter, TranslationVerdict } from '../state/format';
import { renderTable } from './table';

const WORDS: Readonly<Record<TranslationVerdict, string>> = {
  same: 'same',
  renamed: 'renamed',
  moved: 'moved to the other level',
  removed: 'removed',
  'not-modifiable': 'cannot be set any more',
  'value-not-allowed': 'value no longer allowed',
  overridden: 'overridden',
  'default-changed': 'default changed',
  'set-by-tool': 'set by the tool',
  'set-by-config': 'set by upgrade.yaml',
  'follows-phase': 'follows the phase',
};

/** What stays as it is is named in one line: the rest is what people must look at. */
export function parameterLines(table: ParameterTable): readonly string[] {
  const { same, others } = split(table);
  const cells = others.map(({ verdict, blue, green }) => [
    wordOf(verdict),
    cut(placeText(blue)),
    cut(placeText(green)),
  ]);
  const [header = '', ...rows] = renderTable([['verdict', 'blue', 'green'], ...cells]).split('\n');
  const shown = rows.flatMap((row, index) => {
    const note = others[index]?.note;
    return note === undefined ? [`  ${row}`] : [`  ${row}`, `      ${note}`];
  });
  const carried = same.map(({ green, blue }) => cut(bare(green ?? blue))).join(', ');
  return [
    `== parameters: ${table.blueFamily} -> ${table.greenFamily}`,
    ...(rows.length > 0 ? [`  ${header}`, ...shown] : []),
    `  same: ${carried === '' ? 'none' : carried}`,
  ];
}

/** Lines of unified diffs, one a level: blue's group as it is, green's as it will be declared. */
export function parameterDiff(table: ParameterTable): readonly string[] {
  return (['cluster', 'instance'] as const).flatMap((level) => {
    const patch = structuredPatch('', '', linesOf(table, level, 'blue'), linesOf(table, level, 'green'), '', '', {
      context: table.rows.length,
    });
    if (patch.hunks.length === 0) return [];
    return [
      `--- blue, ${level} parameters (${table.blueFamily})`,
      `+++ green, ${level} parameters (${table.greenFamily})`,
      ...patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
        `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
        ...lines,
      ]),
    ];
  });
}

/** Verdict, blue, green, note of each that does not stay as it is. */
export function parameterRows(table: ParameterTable): readonly (readonly [string, string, string, string])[] {
  return split(table).others.map(({ verdict, blue, green, note }) => [
    wordOf(verdict),
    placeText(blue),
    placeText(green),
    note ?? '',
  ]);
}

function split({ rows }: ParameterTable): Record<'same' | 'others', readonly TranslatedParameter[]> {
  return {
    same: rows.filter(({ verdict }) => verdict === 'same'),
    others: rows.filter(({ verdict }) => verdict !== 'same'),
  };
}

/** A saved plan of a later version may hold a verdict that this one does not know. */
function wordOf(verdict: string): string {
  return verdict in WORDS ? WORDS[verdict as TranslationVerdict] : verdict;
}

function linesOf({ rows }: ParameterTable, level: ParameterLevel, side: 'blue' | 'green'): string {
  return rows
    .map((row) => row[side])
    .filter((place) => place?.level === level)
    .map((place) => `${bare(place)}\n`)
    .join('');
}

/** One long value would make every line of a table as long; Markdown and JSON have it whole. */
function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}

const WIDEST = 70;

function placeText(place: ParameterPlace | undefined): string {
  return place ? `${place.level} ${bare(place)}` : 'none';
}

function bare(place: ParameterPlace | undefined): string {
  if (!place) return '';
  return `${place.name} = ${place.value}${place.from === 'default' ? ' (default)' : ''}`;
}
