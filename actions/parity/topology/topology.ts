/** What both sides are made of, and how one setting of them becomes a row. */
import type { UpgradeConfig } from '../../config/schema';
import type { Cluster, Instance } from '../../ports/aws';
import type { CustomEndpoint, GlobalDatabase, IngressRule, ReaderScaling, SubnetGroup } from '../../ports/topology';
import type { Phase } from '../../state/format';
import type { ParityRow } from '../parity';

export interface SideTopology {
  readonly cluster: Cluster;
  readonly writer: Instance;
  /** By identifier; without those that Aurora Auto Scaling has made, which come and go. */
  readonly readers: readonly Instance[];
  readonly scaledReaders: readonly Instance[];
  readonly endpoints: readonly CustomEndpoint[];
  readonly globalDatabase: GlobalDatabase | undefined;
  readonly scaling: ReaderScaling | undefined;
  readonly subnets: SubnetGroup | undefined;
  /** As the server says: `ON`, `OFF`, `DISABLED`. */
  readonly eventScheduler: string;
}

export interface Compared {
  readonly config: UpgradeConfig;
  readonly phase: Phase;
  readonly blue: SideTopology;
  readonly green: SideTopology;
  /** Of every security group that either side has, or is given by a fence. */
  readonly rules: readonly IngressRule[];
}

/** Why a difference matters, and what settles it: the key of upgrade.yaml, or the commands. */
export interface Finding {
  readonly verdict: 'expected' | 'warns' | 'blocks';
  readonly reason: string;
  readonly cure: readonly string[];
}

/** One thing that both sides have, or may have. */
export interface Setting {
  /** As people name it, after `topology`. */
  readonly name: string;
  /** For people; null: it has none. Equal texts are no difference, unless `isSame` says otherwise. */
  readonly of: (side: SideTopology) => string | null;
  readonly isSame?: (compared: Compared) => boolean;
  readonly differs: (compared: Compared) => Finding;
}

export function rowOf(setting: Setting, compared: Compared): ParityRow {
  const blue = setting.of(compared.blue);
  const green = setting.of(compared.green);
  const row = { subject: `topology ${setting.name}`, blue, green };
  const isSame = setting.isSame?.(compared) ?? blue === green;
  return isSame ? { ...row, verdict: 'same' } : { ...row, ...setting.differs(compared) };
}

export function instancesOf({ writer, readers }: SideTopology): readonly Instance[] {
  return [writer, ...readers];
}

/** What the instances have, each value once; null when none has any. */
export function distinct(values: readonly (string | undefined)[]): string | null {
  const known = [...new Set(values.flatMap((value) => value ?? []))].sort();
  return known.length === 0 ? null : known.join(', ');
}
