/** What of a cluster Terraform gives green too, because nobody would think of it before it is missed. */

/** Settings of the cluster. What is off, or as RDS has it by itself, is left out. */
export interface CarriedSettings {
  /** In UTC, as RDS writes them. */
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  readonly logExports: readonly string[];
  readonly iamAuthentication: boolean;
  /** ARNs. */
  readonly roles: readonly string[];
  readonly networkType: string;
  readonly storageType: string;
  readonly serverlessScaling?: CarriedScaling;
  /** Those of people: without AWS's, the tool's, and the name. */
  readonly tags: Readonly<Record<string, string>>;
  readonly instances: CarriedInstanceSettings;
}

/** In ACU. */
export interface CarriedScaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly autoPauseSeconds?: number;
}

/** Of the writer, for every instance of green. */
export interface CarriedInstanceSettings {
  readonly maintenanceWindow: string;
  readonly publiclyAccessible: boolean;
  readonly caCertificate?: string;
  readonly monitoring?: { readonly seconds: number; readonly roleArn: string };
  readonly performanceInsights?: { readonly retentionDays: number; readonly kmsKeyId?: string };
  readonly tags: Readonly<Record<string, string>>;
}

/** AWS's own (`aws:`), the tool's, and the one that names the thing, which are another's by nature. */
export function isUserTag(name: string): boolean {
  return !name.startsWith('aws:') && name !== 'aurora-cutover' && name !== 'Name';
}
