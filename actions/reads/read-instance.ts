/** An instance that reads are taken from or run on: a cluster's writer or one of its readers, by its own endpoint. */
import type { MysqlServer, Side } from '../ports/mysql-server';
import type { ReadCaps, ReadRunner } from '../ports/read-runner';

export interface ReadInstance {
  readonly side: Side;
  readonly id: string;
  readonly isWriter: boolean;
  /** For questions about the instance; every transaction of it is read-only. */
  readonly server: MysqlServer;
  /** A connection that runs statements of the application. Rejects as a connection that cannot be made. */
  openRunner(caps: ReadCaps): Promise<ReadRunner>;
}
