/** The application's schema as texts that are equal on both sides when the objects are, whatever the version calls things. */
import type { Query, Row } from '../ports/mysql-server';
import { canonicalCharset, canonicalCollation } from './verify-columns';
import { OF_THE_APPLICATION } from './verify-catalogue';
import { comment, objects, text, words, type AskedServer, type SchemaObjects } from './verify-objects';
import { codeQuestions } from './verify-stored-code';
import { extraText, ruleText, typeText, wording } from './verify-wording';
import { isServerAtLeast } from './version';

/**
 * Left out: what differs by right (status of events on a replica, statistics) and what does not reach the application (row
 * format, storage attributes). Counters of AUTO_INCREMENT need more than a look: `verify-counters.ts`.
 */
export function schemaQuestions(asked: AskedServer): readonly Query<SchemaObjects>[] {
  const knowsExpressions = isServerAtLeast(asked.version, 8, 0, 16);
  return [
    schemas(),
    tables(),
    columns(asked),
    indexes(asked, knowsExpressions),
    foreignKeys(),
    partitions(asked),
    ...(knowsExpressions ? [checks(asked)] : []),
    ...codeQuestions(asked),
  ];
}

function schemas(): Query<SchemaObjects> {
  return objects(
    'schema-schemas',
    'SELECT SCHEMA_NAME AS s, DEFAULT_CHARACTER_SET_NAME AS cs, DEFAULT_COLLATION_NAME AS co FROM information_schema.SCHEMATA ' +
      `WHERE SCHEMA_NAME ${OF_THE_APPLICATION}`,
    (row) => [
      `schema ${text(row, 's')}`,
      words(canonicalCharset(text(row, 'cs')), canonicalCollation(text(row, 'co'))),
    ],
  );
}

function tables(): Query<SchemaObjects> {
  return objects(
    'schema-tables',
    'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS n, ENGINE AS e, TABLE_COLLATION AS c, TABLE_COMMENT AS m FROM information_schema.TABLES ' +
      `WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `table ${text(row, 's')}.${text(row, 'n')}`,
      words(text(row, 'e'), canonicalCollation(text(row, 'c')), comment(row)),
    ],
  );
}

function columns({ isSameSeries }: AskedServer): Query<SchemaObjects> {
  return objects(
    'schema-columns',
    'SELECT c.TABLE_SCHEMA AS s, c.TABLE_NAME AS t, c.COLUMN_NAME AS n, c.ORDINAL_POSITION AS p, c.COLUMN_TYPE AS k, c.IS_NULLABLE AS u, ' +
      'c.COLUMN_DEFAULT AS d, c.EXTRA AS x, c.CHARACTER_SET_NAME AS cs, c.COLLATION_NAME AS co, c.GENERATION_EXPRESSION AS g, ' +
      'c.COLUMN_COMMENT AS m FROM information_schema.COLUMNS c ' +
      'JOIN information_schema.TABLES b ON b.TABLE_SCHEMA = c.TABLE_SCHEMA AND b.TABLE_NAME = c.TABLE_NAME ' +
      `WHERE b.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `column ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`,
      words(
        `column ${text(row, 'p')}`,
        typeText(text(row, 'k')),
        text(row, 'u') === 'YES' ? 'NULL' : 'NOT NULL',
        defaultText(row, isSameSeries),
        text(row, 'g') === '' ? '' : `AS (${wording(text(row, 'g'), isSameSeries)})`,
        extraText(text(row, 'x')),
        canonicalCharset(text(row, 'cs')),
        canonicalCollation(text(row, 'co')),
        comment(row),
      ),
    ],
  );
}

/** An expression is told from a literal of the same text by EXTRA, on servers that have expressions. */
function defaultText(row: Row, isSameSeries: boolean): string {
  if (row['d'] === null) return '';
  const value = text(row, 'd').replace(/^current_timestamp(?!\()/i, 'CURRENT_TIMESTAMP');
  const isExpression = /DEFAULT_GENERATED/.test(text(row, 'x')) && !value.startsWith('CURRENT_TIMESTAMP');
  return `DEFAULT ${isExpression ? `(${wording(value, isSameSeries)})` : `'${value}'`}`;
}

/** Expressions, descending and invisible indexes exist from 8.0 on. */
function indexes({ isSameSeries }: AskedServer, knowsExpressions: boolean): Query<SchemaObjects> {
  const newer = knowsExpressions ? 'EXPRESSION AS x, IS_VISIBLE AS v' : "NULL AS x, 'YES' AS v";
  return objects(
    'schema-indexes',
    'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, INDEX_NAME AS n, NON_UNIQUE AS u, INDEX_TYPE AS k, COLUMN_NAME AS c, SUB_PART AS p, ' +
      `COLLATION AS o, INDEX_COMMENT AS m, ${newer} FROM information_schema.STATISTICS WHERE TABLE_SCHEMA ${OF_THE_APPLICATION} ` +
      'ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
    (row) => {
      const part =
        row['x'] === null
          ? `${text(row, 'c')}${row['p'] === null ? '' : `(${text(row, 'p')})`}`
          : `(${wording(text(row, 'x'), isSameSeries)})`;
      const kind = words(
        Number(row['u']) === 0 ? 'UNIQUE' : '',
        text(row, 'k'),
        text(row, 'v') === 'NO' ? 'INVISIBLE' : '',
        comment(row),
      );
      const place = `index ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`;
      return [place, `${kind} on`, words(part, text(row, 'o') === 'D' ? 'DESC' : '')];
    },
  );
}

function foreignKeys(): Query<SchemaObjects> {
  return objects(
    'schema-foreign-keys',
    'SELECT k.TABLE_SCHEMA AS s, k.TABLE_NAME AS t, k.CONSTRAINT_NAME AS n, k.COLUMN_NAME AS c, k.REFERENCED_TABLE_SCHEMA AS rs, ' +
      'k.REFERENCED_TABLE_NAME AS rt, k.REFERENCED_COLUMN_NAME AS rc, r.UPDATE_RULE AS u, r.DELETE_RULE AS d ' +
      'FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r ' +
      'ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME ' +
      `WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND k.TABLE_SCHEMA ${OF_THE_APPLICATION} ` +
      'ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION',
    (row) => [
      `foreign key ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`,
      words(
        `to ${text(row, 'rs')}.${text(row, 'rt')}`,
        `ON UPDATE ${ruleText(text(row, 'u'))}`,
        `ON DELETE ${ruleText(text(row, 'd'))}`,
        'on',
      ),
      `${text(row, 'c')} = ${text(row, 'rc')}`,
    ],
  );
}

function partitions({ isSameSeries }: AskedServer): Query<SchemaObjects> {
  return objects(
    'schema-partitions',
    'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, PARTITION_NAME AS n, SUBPARTITION_NAME AS sn, PARTITION_METHOD AS k, ' +
      'PARTITION_EXPRESSION AS x, PARTITION_DESCRIPTION AS d, SUBPARTITION_METHOD AS sk, SUBPARTITION_EXPRESSION AS sx ' +
      `FROM information_schema.PARTITIONS WHERE PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA ${OF_THE_APPLICATION} ` +
      'ORDER BY TABLE_SCHEMA, TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION',
    (row) => [
      `partitions ${text(row, 's')}.${text(row, 't')}`,
      words(
        text(row, 'k'),
        wording(text(row, 'x').replaceAll('`', ''), isSameSeries),
        text(row, 'sk'),
        wording(text(row, 'sx').replaceAll('`', ''), isSameSeries),
        'in',
      ),
      words(text(row, 'n'), text(row, 'sn'), text(row, 'd')),
    ],
  );
}

/** 5.7 reads and forgets them, so an upgraded server has none either. */
function checks({ isSameSeries }: AskedServer): Query<SchemaObjects> {
  return objects(
    'schema-checks',
    'SELECT t.TABLE_SCHEMA AS s, t.TABLE_NAME AS t, c.CONSTRAINT_NAME AS n, c.CHECK_CLAUSE AS x, t.ENFORCED AS e ' +
      'FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t ' +
      'ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME ' +
      `WHERE t.CONSTRAINT_TYPE = 'CHECK' AND c.CONSTRAINT_SCHEMA ${OF_THE_APPLICATION}`,
    (row) => [
      `check ${text(row, 's')}.${text(row, 't')}.${text(row, 'n')}`,
      words(wording(text(row, 'x'), isSameSeries), text(row, 'e') === 'NO' ? 'NOT ENFORCED' : ''),
    ],
  );
}
