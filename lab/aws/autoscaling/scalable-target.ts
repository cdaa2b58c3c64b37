/** Readers of a cluster, as Application Auto Scaling has them registered. */
export interface ScalableTargetRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly createdAt: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  policies: ScalingPolicyRecord[];
}

export interface ScalingPolicyRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly createdAt: string;
  /** Its target tracking configuration, as it was given. */
  readonly tracking?: Readonly<Record<string, unknown>>;
}
