/** The cures as one SQL script for a person to read, decide and run. Pure: equal reports give equal bytes. */
import type { CheckGroup, UpgradeCheck } from '../checks/check';
import { isWaived, type PrecheckFinding, type PrecheckReport } from '../checks/report';
import { oneLine } from './precheck-groups';

/**
 * Sessions first, since they hold the locks that everything after them would wait for; accounts before what they define;
 * tables before the stored programs that use them.
 */
const ORDER: readonly CheckGroup[] = ['operational', 'platform', 'replication', 'accounts', 'schema', 'text'];

/** Statements that end or remove something, or that ask for a decision: never more than a comment. */
const IRREVERSIBLE =
  /^(DROP|KILL|XA|DELETE|TRUNCATE|CALL\s+mysql\.rds_(kill|rotate|set))|\bDROP\s+(COLUMN|PARTITION)\b/i;
const OBJECT = '(?:TABLE|DATABASE|EVENT|USER|VIEW|PROCEDURE|FUNCTION|TRIGGER|INDEX|TABLESPACE)';
const BEGINNING = [
  `(?:ALTER|ANALYZE|CREATE|DROP|OPTIMIZE|RENAME|REPAIR|TRUNCATE) ${OBJECT} (?=[\`'])`,
  '(?:GRANT|REVOKE) [A-Z ,_]+ (?:ON|FROM|TO) ',
  'SET (?:GLOBAL|PERSIST|PASSWORD) ',
  'XA (?:COMMIT|ROLLBACK) ',
  'CALL mysql\\.',
  'KILL (?:QUERY |CONNECTION )?(?=\\d)',
  '(?:UPDATE|DELETE FROM) mysql\\.',
].join('|');
/** Sentences that only begin like SQL are left out; a semicolon in quotes is none. */
const STATEMENT = new RegExp(`\\b(?:${BEGINNING})(?:\`(?:[^\`]|\`\`)*\`|'(?:[^'\\\\]|\\\\.|'')*'|[^;\`'])*;`, 'g');
/** What only stands for something that a person has to fill in. */
const TEMPLATE = /\.\.|…|<[a-z ]+>|\ba name of its own\b|\bnew_name\b/;

/** Waived findings are left out. Ends with a line break. */
export function renderFixScript(report: PrecheckReport, checks: readonly UpgradeCheck[]): string {
  const findings = report.findings.filter((finding) => !isWaived(finding));
  const ofGroup = (group: CheckGroup | undefined): readonly UpgradeCheck[] =>
    checks.filter((check) => check.group === group);
  const known = ORDER.flatMap(ofGroup);
  const sections = known.flatMap((check) =>
    section(
      check.id,
      check.title,
      check.whyItMatters,
      findings.filter((finding) => finding.check === check.id),
    ),
  );
  const strange = findings.filter(({ check }) => !known.some(({ id }) => id === check));
  return `${[...heading(report), ...sections, ...section('other', 'Other findings', '', strange)].join('\n')}\n`;
}

function heading(report: PrecheckReport): readonly string[] {
  const gaps = report.notChecked.length;
  return [
    comment(
      `Cures for what the prechecks found on MySQL ${report.serverVersion}, on the way to ${report.targetVersion}.`,
    ),
    '-- NOT EXECUTED BY THE TOOL. Read every line and decide; try it on a copy first; then run it yourself.',
    '-- The order is meant: sessions and locks, settings, accounts, tables, stored programs. Lines that end or remove',
    '-- something, that offer a choice, or that hold something to fill in, are comments: take away the dashes of what you want.',
    ...(gaps === 0
      ? []
      : [comment(`${gaps} things could not be checked, so this script may not be all that is needed.`)]),
  ];
}

function section(id: string, title: string, why: string, findings: readonly PrecheckFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const done = new Set<string>();
  const lines = findings.flatMap(({ level, object, description, cure = '' }) => {
    const what = comment(`${level}: ${object}: ${description}`);
    const statements = cure.match(STATEMENT) ?? [];
    const words = comment(`  ${cure === '' ? 'No cure is known to the tool; see the manual.' : cure}`);
    if (statements.length === 0) return [what, words];
    // Alternatives, or a sequence of which one step is a person's: then none of it runs by itself.
    const isChoice = /\bor\b/.test(cure) ? statements.length > 1 : statements.some((one) => IRREVERSIBLE.test(one));
    const sql = statements.map((statement) => line(statement, isChoice)).filter((text) => !done.has(text));
    for (const text of sql) done.add(text);
    // The sentence is repeated only when it says more than the statement.
    return [what, ...(cure.trim() === statements[0] ? [] : [words]), ...sql];
  });
  return ['', comment(`${title} (${id})`), ...(why === '' ? [] : [comment(why)]), ...lines];
}

/** A name with a control character cannot be written on one line as it is, so its statement is left to a person. */
function line(statement: string, isChoice: boolean): string {
  const sql = oneLine(statement);
  return isChoice || sql !== statement || IRREVERSIBLE.test(sql) || TEMPLATE.test(sql) ? `-- ${sql}` : sql;
}

/** Names come from the database: one with a line break must not leave the comment. */
function comment(text: string): string {
  return `-- ${oneLine(text)}`;
}
