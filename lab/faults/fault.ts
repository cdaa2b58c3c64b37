/** What a fault is. Each family has a file; the catalogue lists them all. */
import type { Side } from '../../actions/ports/mysql-server';
import type { Direction } from '../../actions/state/format';
import type { FaultLab } from './fault-lab';
import type { Random } from './random';
import type { ToolProcess } from './tool-process';

export type Family = 'none' | 'kill' | 'connection' | 'replica' | 'lock' | 'transaction' | 'aws' | 'disk' | 'clock';

/** One switch that a fault befalls. */
export interface Scene {
  readonly lab: FaultLab;
  readonly direction: Direction;
  readonly from: Side;
  readonly to: Side;
  readonly random: Random;
  /** Ends the fault's cause. Carried out, the last registered first, when the tool has ended and its end was judged. */
  heal(how: () => Promise<void>): void;
  /** Says what was chosen within this fault, for the round's line. */
  note(text: string): void;
  /** Says that something is wrong which only the fault can see: the round has failed. */
  problem(text: string): void;
  /** Says that what the fault wanted to meet did not come true, e.g. the process ended before it was killed. */
  missed(): void;
}

export interface Fault {
  /** Kebab-case, unique. */
  readonly name: string;
  readonly family: Family;
  /** Default both. */
  readonly directions?: readonly Direction[];
  /** False: the switch is started with --no-watchdog. */
  readonly watchdog?: boolean;
  /** Nobody is left to act: writes may stay blocked until a person runs the command again. */
  readonly strands?: boolean;
  /** Lines below `cutover:` of upgrade.yaml. */
  readonly settings?: readonly string[];
  /** Of the tool's process, its watchdog included. */
  environment?(scene: Scene): Readonly<Record<string, string>>;
  /** Before the tool is started. */
  before?(scene: Scene): Promise<void>;
  /** While it runs; must end soon after the tool has. */
  during?(scene: Scene, tool: ToolProcess): Promise<void>;
}
