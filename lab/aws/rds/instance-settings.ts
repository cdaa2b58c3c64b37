/** What is set for each instance of its own. */
export interface InstanceSettings {
  availabilityZone: string;
  promotionTier: number;
  isPubliclyAccessible: boolean;
  autoMinorVersionUpgrade: boolean;
  caCertificate: string;
  copyTagsToSnapshot: boolean;
  monitoringInterval: number;
  monitoringRoleArn?: string;
  performanceInsights: boolean;
  performanceInsightsRetentionDays?: number;
  performanceInsightsKmsKeyId?: string;
  preferredMaintenanceWindow: string;
}
