import type { Aws } from './aws';
import type { Clock } from './clock';
import type { CommandRunner } from './command';
import type { MysqlConnector } from './mysql-server';

/** Everything through which steps touch the world. Built in `cli/compose.ts` only. */
export interface Ports {
  readonly mysql: MysqlConnector;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly commands: CommandRunner;
}
