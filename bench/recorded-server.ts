/** A server that remembers what it was asked, so that the same can be asked again without the tool. */
import type { CallLimits, MysqlServer, MysqlSession, Query, Statement } from '../actions/ports/mysql-server';

export interface Asked {
  readonly name: string;
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly ms: number;
}

export function recorded(server: MysqlServer, asked: Asked[]): MysqlServer {
  return { ...server, ...session(server, asked), openSession: async () => session(await server.openSession(), asked) };
}

function session(real: MysqlSession, asked: Asked[]): MysqlSession {
  const timed = async <T>(call: Pick<Statement, 'name' | 'sql' | 'values'>, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      asked.push({ name: call.name, sql: call.sql, values: call.values, ms: performance.now() - start });
    }
  };
  return {
    connectionId: () => real.connectionId(),
    read: <T>(query: Query<T>, limits: CallLimits) => timed(query, () => real.read(query, limits)),
    run: (statement, limits) => timed(statement, () => real.run(statement, limits)),
    close: () => real.close(),
  };
}
