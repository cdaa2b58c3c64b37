import { isServerAtLeast } from '../mysql/version';
import type { Row } from '../ports/mysql-server';
import type { Finding, Level, UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { objectName, quoted, select, show, text } from './queries';

/** Of the schema mysql too, which Aurora checks under a name of its own. Views first read what they depend on. */
const TABLES = select(
  'tables-to-check',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'sys') ORDER BY table_schema, table_name`,
);

export const checkTableCommand: UpgradeCheck = {
  id: 'checkTableCommand',
  auroraId: 'checkTableOutput',
  alsoInLogAs: ['checkTableMysqlSchema'],
  title: 'CHECK TABLE .. FOR UPGRADE',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    "The server's own check of each table: broken views, triggers without a creation time, formats and collations that changed. It reads every table and waits for locks, so it runs on request only; Aurora runs it before every upgrade.",
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the tables',
  onRequest: 'check-tables',
  queries: [TABLES],
  appliesTo: (crossing) => crosses(crossing, crossing.to[0], crossing.to[1], 0),
  async run(context) {
    const findings: Finding[] = [];
    for (const row of await context.read(TABLES)) {
      const object = objectName(row, 'schema_name', 'table_name');
      const table = quoted(text(row, 'schema_name'), text(row, 'table_name'));
      try {
        const messages = await context.read(show('check-table', `CHECK TABLE ${table} FOR UPGRADE`));
        // The server answers a lock that it did not get with a message, not with an error (tried on 5.7.29).
        const locked = messages.find((message) => /lock wait timeout/i.test(text(message, 'Msg_text')));
        if (locked) throw new Error(text(locked, 'Msg_text'));
        findings.push(...messages.flatMap((message) => findingOf(object, table, message)));
      } catch (error) {
        context.couldNotRead(object, error);
      }
    }
    return isServerAtLeast(context.server.version, 8, 0, 0)
      ? findings
      : findings.filter(({ description }) => !/native partitioning/i.test(description));
  },
};

function findingOf(object: string, table: string, message: Row): readonly Finding[] {
  const words = text(message, 'Msg_text');
  const level = LEVELS[text(message, 'Msg_type').toLowerCase()];
  if (level === undefined) return [];
  return [
    {
      level,
      object,
      description: words,
      cure: /upgrade required|rebuild|repair/i.test(words)
        ? `ALTER TABLE ${table} FORCE;`
        : 'Mend what the message names, and check the table again.',
    },
  ];
}

/** The type `status` says OK, or repeats that something is wrong. */
const LEVELS: Readonly<Record<string, Level>> = { error: 'error', warning: 'warning', note: 'notice', info: 'notice' };
