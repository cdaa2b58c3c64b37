/** The application's schema as texts that are equal on both sides when the objects are, whatever the version calls things. */
import type { Query, Row } from '../ports/mysql-server';
import { canonicalCharset, canonicalCollation } from './verify-columns';
import { OF_THE_APPLICATION } from './verify-catalogue';

/** Name such as `column shop.orders.id` to what there is to say of it. */
export type SchemaObjects = ReadonlyMap<string, string>;

/**
 * Definitions of views and generated columns are left out: each version writes them in its own words. So are the status of
 * events, which differs by right on a replica, and counters of AUTO_INCREMENT, which move while they are read.
 */
export function schemaQuestions(): readonly Query<SchemaObjects>[] {
  return [
    objects(
      'schema-tables',
      'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS n, TABLE_TYPE AS k, ENGINE AS e, TABLE_COLLATION AS c FROM information_schema.TABLES ' +
        `WHERE TABLE_SCHEMA ${OF_THE_APPLICATION}`,
      (row) => [
        `${text(row, 'k') === 'VIEW' ? 'view' : 'table'} ${text(row, 's')}.${text(row, 'n')}`,
        words(text(row, 'e'), canonicalCollation(text(row, 'c'))),
      ],
    ),
    objects(
      'schema-columns',
      'SELECT c.TABLE_SCHEMA AS s, c.TABLE_NAME AS t, c.COLUMN_NAME AS n, c.ORDINAL_POSITION AS p, c.COLUMN_TYPE AS k, c.IS_NULLABLE AS u, ' +
        'c.COLUMN_DEFAULT AS d, c.EXTRA AS x, c.CHARACTER_SET_NAME AS cs, c.COLLATION_NAME AS co FROM information_schema.COLUMNS c ' +
        'JOIN information_schema.TABLES b ON b.TABLE_SCHEMA = c.TABLE_SCHEMA AND b.TABLE_NAME = c.TABLE_NAME ' +
        `WHERE b.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA ${OF_THE_APPLICATION}`,
      (row) => [
        `column ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`,
        words(
          `column ${text(row, 'p')}`,
          typeText(text(row, 'k')),
          text(row, 'u') === 'YES' ? 'NULL' : 'NOT NULL',
          row['d'] === null
            ? ''
            : `DEFAULT ${text(row, 'd').replace(/^current_timestamp(?!\()/i, 'CURRENT_TIMESTAMP')}`,
          extraText(text(row, 'x')),
          canonicalCharset(text(row, 'cs')),
          canonicalCollation(text(row, 'co')),
        ),
      ],
    ),
    objects(
      'schema-indexes',
      'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, INDEX_NAME AS n, MIN(NON_UNIQUE) AS u, MIN(INDEX_TYPE) AS k, ' +
        "GROUP_CONCAT(CONCAT(COALESCE(COLUMN_NAME, '(expression)'), COALESCE(CONCAT('(', SUB_PART, ')'), '')) ORDER BY SEQ_IN_INDEX) AS c " +
        `FROM information_schema.STATISTICS WHERE TABLE_SCHEMA ${OF_THE_APPLICATION} GROUP BY 1, 2, 3`,
      (row) => [
        `index ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`,
        words(Number(row['u']) === 0 ? 'UNIQUE' : '', text(row, 'k'), `(${text(row, 'c')})`),
      ],
    ),
    objects(
      'schema-foreign-keys',
      'SELECT k.TABLE_SCHEMA AS s, k.TABLE_NAME AS t, k.CONSTRAINT_NAME AS n, GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION) AS c, ' +
        'MIN(k.REFERENCED_TABLE_SCHEMA) AS rs, MIN(k.REFERENCED_TABLE_NAME) AS rt, ' +
        'GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION) AS rc, MIN(r.UPDATE_RULE) AS u, MIN(r.DELETE_RULE) AS d ' +
        'FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r ' +
        'ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME ' +
        `WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND k.TABLE_SCHEMA ${OF_THE_APPLICATION} GROUP BY 1, 2, 3`,
      (row) => [
        `foreign key ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`,
        words(
          `(${text(row, 'c')})`,
          `to ${text(row, 'rs')}.${text(row, 'rt')} (${text(row, 'rc')})`,
          `ON UPDATE ${ruleText(text(row, 'u'))}`,
          `ON DELETE ${ruleText(text(row, 'd'))}`,
        ),
      ],
    ),
    objects(
      'schema-routines',
      'SELECT ROUTINE_SCHEMA AS s, ROUTINE_NAME AS n, ROUTINE_TYPE AS k, SHA2(ROUTINE_DEFINITION, 256) AS d, SQL_MODE AS m, SECURITY_TYPE AS y ' +
        `FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA ${OF_THE_APPLICATION}`,
      (row) => [
        `${text(row, 'k').toLowerCase()} ${text(row, 's')}.${text(row, 'n')}`,
        words(`SQL SECURITY ${text(row, 'y')}`, `body ${text(row, 'd').slice(0, 12)}`),
      ],
    ),
    objects(
      'schema-triggers',
      'SELECT TRIGGER_SCHEMA AS s, TRIGGER_NAME AS n, ACTION_TIMING AS a, EVENT_MANIPULATION AS e, EVENT_OBJECT_TABLE AS t, ' +
        `SHA2(ACTION_STATEMENT, 256) AS d FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA ${OF_THE_APPLICATION}`,
      (row) => [
        `trigger ${text(row, 's')}.${text(row, 'n')}`,
        words(text(row, 'a'), text(row, 'e'), `ON ${text(row, 't')}`, `body ${text(row, 'd').slice(0, 12)}`),
      ],
    ),
    objects(
      'schema-events',
      'SELECT EVENT_SCHEMA AS s, EVENT_NAME AS n, EVENT_TYPE AS k, INTERVAL_VALUE AS v, INTERVAL_FIELD AS f, ' +
        `SHA2(EVENT_DEFINITION, 256) AS d FROM information_schema.EVENTS WHERE EVENT_SCHEMA ${OF_THE_APPLICATION}`,
      (row) => [
        `event ${text(row, 's')}.${text(row, 'n')}`,
        words(text(row, 'k'), text(row, 'v'), text(row, 'f'), `body ${text(row, 'd').slice(0, 12)}`),
      ],
    ),
  ];
}

function objects(name: string, sql: string, map: (row: Row) => readonly [string, string]): Query<SchemaObjects> {
  return { name, sql, values: [], args: {}, parse: (rows) => new Map(rows.map(map)) };
}

/** 8.0.19 and later leave out the width that a whole number is shown with, but for tinyint(1) and ZEROFILL. */
function typeText(type: string): string {
  if (/zerofill/i.test(type) || /^tinyint\(1\)/i.test(type)) return type;
  return type.replace(/^((?:tiny|small|medium|big)?int|year)\(\d+\)/i, '$1');
}

/** 8.0 adds DEFAULT_GENERATED; the case of `on update` differs. */
function extraText(extra: string): string {
  return extra
    .replace(/DEFAULT_GENERATED/g, '')
    .trim()
    .toLowerCase();
}

/** InnoDB does the same for both. */
function ruleText(rule: string): string {
  return rule === 'NO ACTION' ? 'RESTRICT' : rule;
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
