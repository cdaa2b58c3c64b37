import type { Side } from '../../actions/ports/mysql-server';

/** One way to switch writes from a side to the other and back again. */
export interface Contestant {
  readonly name: string;
  /** Before each round, while nothing writes. */
  prepare?(): Promise<void>;
  /** Under write load; resolves when `to` serves and the other side follows it. Answers what there is to say about it. */
  switch(to: Side): Promise<string | undefined>;
  /** After each round: blue serves again, and green must follow it as the tool has left it. */
  restore?(): Promise<void>;
}
