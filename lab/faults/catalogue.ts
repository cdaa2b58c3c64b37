import type { Fault } from './fault';
import { KILLS } from './kills';

/** Every fault; the order is that of the table. */
export const FAULTS: readonly Fault[] = [...KILLS];
