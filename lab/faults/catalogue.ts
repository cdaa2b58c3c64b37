import { AWS } from './aws-endpoint';
import { CLOCKS } from './clocks';
import { CONNECTIONS } from './connections';
import { DISK } from './disk';
import type { Fault } from './fault';
import { KILLS } from './kills';
import { LOCKS } from './locks';
import { REPLICAS } from './replicas';

/** Every fault; the order is that of the table. */
export const FAULTS: readonly Fault[] = [...KILLS, ...CONNECTIONS, ...REPLICAS, ...LOCKS, ...AWS, ...DISK, ...CLOCKS];
