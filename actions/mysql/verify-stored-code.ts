/** Views, routines, triggers and events, as `verify-schema.ts` does with tables: text, definer and what a body depends on. */
import { createHash } from 'node:crypto';
import type { Query, Row } from '../ports/mysql-server';
import { OF_THE_APPLICATION } from './verify-catalogue';
import { canonicalCharset, canonicalCollation } from './verify-columns';
import { comment, objects, text, words, type AskedServer, type SchemaObjects } from './verify-objects';
import { modesText, typeText, wording } from './verify-wording';

/** What a body was created under, which decides what it means. */
const CREATED_UNDER =
  'DEFINER AS df, SQL_MODE AS sm, CHARACTER_SET_CLIENT AS cc, COLLATION_CONNECTION AS cn, DATABASE_COLLATION AS dc';

export function codeQuestions(asked: AskedServer): readonly Query<SchemaObjects>[] {
  return [views(asked), routines(), parameters(asked), triggers(), events()];
}

function views({ isSameSeries }: AskedServer): Query<SchemaObjects> {
  return objects(
    'schema-views',
    'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS n, VIEW_DEFINITION AS d, CHECK_OPTION AS o, SECURITY_TYPE AS y, DEFINER AS df, ' +
      `CHARACTER_SET_CLIENT AS cc, COLLATION_CONNECTION AS cn FROM information_schema.VIEWS WHERE TABLE_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `view ${text(row, 's')}.${text(row, 'n')}`,
      words(
        `DEFINER ${text(row, 'df')}`,
        `SQL SECURITY ${text(row, 'y')}`,
        text(row, 'o') === 'NONE' ? '' : `${text(row, 'o')} CHECK OPTION`,
        encodings(row),
        row['d'] === null || text(row, 'd') === '' ? NOT_SHOWN : `AS ${wording(text(row, 'd'), isSameSeries)}`,
      ),
    ],
  );
}

function routines(): Query<SchemaObjects> {
  return objects(
    'schema-routines',
    'SELECT ROUTINE_SCHEMA AS s, ROUTINE_NAME AS n, ROUTINE_TYPE AS k, ROUTINE_DEFINITION AS d, SECURITY_TYPE AS y, ' +
      `IS_DETERMINISTIC AS de, SQL_DATA_ACCESS AS da, ROUTINE_COMMENT AS m, ${CREATED_UNDER} ` +
      `FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `${text(row, 'k').toLowerCase()} ${text(row, 's')}.${text(row, 'n')}`,
      words(
        `SQL SECURITY ${text(row, 'y')}`,
        text(row, 'de') === 'YES' ? 'DETERMINISTIC' : '',
        text(row, 'da'),
        comment(row),
        createdUnder(row),
        body(row),
      ),
    ],
  );
}

/**
 * Of functions also what they return, which has no name. Character sets within a series only: 5.7 answers the one that is used,
 * later versions the default of the session that created the routine (tried on 5.7.29 and 9.7.4).
 */
function parameters({ isSameSeries }: AskedServer): Query<SchemaObjects> {
  return objects(
    'schema-parameters',
    'SELECT SPECIFIC_SCHEMA AS s, SPECIFIC_NAME AS n, ROUTINE_TYPE AS k, PARAMETER_MODE AS pm, PARAMETER_NAME AS pn, ' +
      'DTD_IDENTIFIER AS d, CHARACTER_SET_NAME AS cs, COLLATION_NAME AS co FROM information_schema.PARAMETERS ' +
      `WHERE SPECIFIC_SCHEMA ${OF_THE_APPLICATION} ORDER BY SPECIFIC_SCHEMA, ROUTINE_TYPE, SPECIFIC_NAME, ORDINAL_POSITION`,
    (row) => [
      `parameters of ${text(row, 'k').toLowerCase()} ${text(row, 's')}.${text(row, 'n')}`,
      '',
      words(
        text(row, 'pm') === '' ? 'RETURNS' : text(row, 'pm'),
        text(row, 'pn'),
        typeText(text(row, 'd')),
        isSameSeries ? words(canonicalCharset(text(row, 'cs')), canonicalCollation(text(row, 'co'))) : '',
      ),
    ],
  );
}

function triggers(): Query<SchemaObjects> {
  return objects(
    'schema-triggers',
    'SELECT TRIGGER_SCHEMA AS s, TRIGGER_NAME AS n, ACTION_TIMING AS a, EVENT_MANIPULATION AS e, EVENT_OBJECT_TABLE AS t, ' +
      `ACTION_ORDER AS o, ACTION_STATEMENT AS d, ${CREATED_UNDER} ` +
      `FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `trigger ${text(row, 's')}.${text(row, 'n')}`,
      words(
        text(row, 'a'),
        text(row, 'e'),
        `ON ${text(row, 't')}`,
        `number ${text(row, 'o')}`,
        createdUnder(row),
        body(row),
      ),
    ],
  );
}

/** Whether it is enabled differs by right: on the side that follows none may run. */
function events(): Query<SchemaObjects> {
  return objects(
    'schema-events',
    'SELECT EVENT_SCHEMA AS s, EVENT_NAME AS n, EVENT_TYPE AS k, INTERVAL_VALUE AS v, INTERVAL_FIELD AS f, EXECUTE_AT AS x, STARTS AS st, ' +
      `ENDS AS en, TIME_ZONE AS z, ON_COMPLETION AS c, EVENT_COMMENT AS m, EVENT_DEFINITION AS d, ${CREATED_UNDER} ` +
      `FROM information_schema.EVENTS WHERE EVENT_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `event ${text(row, 's')}.${text(row, 'n')}`,
      words(
        text(row, 'k'),
        words(text(row, 'v'), text(row, 'f'), text(row, 'x')),
        row['st'] === null ? '' : `FROM ${text(row, 'st')}`,
        row['en'] === null ? '' : `TO ${text(row, 'en')}`,
        text(row, 'z'),
        text(row, 'c'),
        comment(row),
        createdUnder(row),
        body(row),
      ),
    ],
  );
}

/** The server shows a body to its definer and to who may read the catalogue of routines. */
const NOT_SHOWN = 'body not shown to this account';

/** Long, so by a hash: of what both versions keep of it, utf8 of three bytes. */
function body(row: Row): string {
  if (row['d'] === null) return NOT_SHOWN;
  return `body ${createHash('sha256').update(text(row, 'd')).digest('hex').slice(0, 12)}`;
}

function createdUnder(row: Row): string {
  return words(
    `DEFINER ${text(row, 'df')}`,
    `sql_mode '${modesText(text(row, 'sm'))}'`,
    encodings(row),
    canonicalCollation(text(row, 'dc')),
  );
}

function encodings(row: Row): string {
  return words(canonicalCharset(text(row, 'cc')), canonicalCollation(text(row, 'cn')));
}
