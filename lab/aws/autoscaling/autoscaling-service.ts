import * as client from '@aws-sdk/client-application-auto-scaling';
import type {
  DeleteScalingPolicyRequest,
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget,
  ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../aws-error';
import { ACCOUNT_ID } from '../new-document';
import type { Service } from '../service';
import { jsonProtocol } from '../wire/json';
import { isoNow, newId, type World } from '../world';
import type { ScalableTargetRecord, ScalingPolicyRecord } from './scalable-target';

const NAMESPACE = 'rds';
const DIMENSION = 'rds:cluster:ReadReplicaCount';

/** Application Auto Scaling, for the readers of clusters. What is registered is told; the lab makes no readers by it. */
export function autoscalingService(world: World): Service {
  return {
    scope: 'application-autoscaling',
    client,
    protocol: jsonProtocol('1.1', false),
    handlers: {
      RegisterScalableTarget: (input: RegisterScalableTargetRequest) => register(world, input),
      DeregisterScalableTarget(input: DeregisterScalableTargetRequest): object {
        const { resourceId } = registered(world, input);
        const { [resourceId]: _gone, ...kept } = targetsOf(world);
        world.store.document.scalableTargets = kept;
        return {};
      },
      PutScalingPolicy: (input: PutScalingPolicyRequest) => putPolicy(world, input),
      DeleteScalingPolicy(input: DeleteScalingPolicyRequest): object {
        const target = registered(world, input);
        const kept = target.policies.filter(({ name }) => name !== input.PolicyName);
        if (kept.length === target.policies.length) {
          throw new AwsError(
            'ObjectNotFoundException',
            `No scaling policy found for service namespace: ${NAMESPACE}, resource ID: ${target.resourceId}, scalable dimension: ${DIMENSION}: ${input.PolicyName ?? ''}`,
          );
        }
        target.policies = kept;
        return {};
      },
      DescribeScalableTargets(input: DescribeScalableTargetsRequest): DescribeScalableTargetsResponse {
        requireNamespace(input.ServiceNamespace);
        const wanted = wantedTargets(world, input.ResourceIds, input.ScalableDimension);
        return { ScalableTargets: wanted.map((target) => toTarget(world, target)) };
      },
      DescribeScalingPolicies(input: DescribeScalingPoliciesRequest): DescribeScalingPoliciesResponse {
        requireNamespace(input.ServiceNamespace);
        const ids = input.ResourceId === undefined ? undefined : [input.ResourceId];
        const wanted = wantedTargets(world, ids, input.ScalableDimension);
        const policies = wanted.flatMap((target) => target.policies.map((policy) => toPolicy(world, target, policy)));
        return {
          ScalingPolicies: policies.filter(({ PolicyName }) => input.PolicyNames?.includes(PolicyName ?? '') ?? true),
        };
      },
    },
  };
}

function targetsOf(world: World): Record<string, ScalableTargetRecord> {
  return (world.store.document.scalableTargets ??= {});
}

function register(world: World, input: RegisterScalableTargetRequest): RegisterScalableTargetResponse {
  requireNamespace(input.ServiceNamespace);
  requireDimension(input.ScalableDimension);
  const resourceId = input.ResourceId ?? '';
  const [kind, clusterId = ''] = resourceId.split(':');
  if (kind !== 'cluster' || world.store.document.clusters[clusterId] === undefined) {
    throw invalid(`DB cluster does not exist: ${resourceId}`);
  }
  const known = targetsOf(world)[resourceId];
  const minCapacity = input.MinCapacity ?? known?.minCapacity;
  const maxCapacity = input.MaxCapacity ?? known?.maxCapacity;
  if (minCapacity === undefined || maxCapacity === undefined) {
    throw invalid('MinCapacity and MaxCapacity are required when a scalable target is registered.');
  }
  if (maxCapacity < minCapacity) throw invalid('Maximum capacity cannot be less than minimum capacity');
  const target: ScalableTargetRecord = {
    id: known?.id ?? newId(world, ''),
    resourceId,
    createdAt: known?.createdAt ?? isoNow(),
    minCapacity,
    maxCapacity,
    policies: known?.policies ?? [],
  };
  targetsOf(world)[resourceId] = target;
  return { ScalableTargetARN: targetArn(world, target) };
}

function putPolicy(world: World, input: PutScalingPolicyRequest): PutScalingPolicyResponse {
  const target = registered(world, input);
  const name = input.PolicyName ?? '';
  const known = target.policies.find((policy) => policy.name === name);
  const type = input.PolicyType ?? known?.type ?? 'StepScaling';
  const tracking = input.TargetTrackingScalingPolicyConfiguration;
  if (type === 'TargetTrackingScaling' && tracking?.TargetValue === undefined) {
    throw invalid('TargetTrackingScalingPolicyConfiguration with a TargetValue is required for TargetTrackingScaling.');
  }
  const policy: ScalingPolicyRecord = {
    id: known?.id ?? newId(world, ''),
    name,
    type,
    createdAt: known?.createdAt ?? isoNow(),
    ...(tracking !== undefined && { tracking: { ...tracking } }),
  };
  target.policies = [...target.policies.filter((one) => one !== known), policy];
  return { PolicyARN: policyArn(world, target, policy), Alarms: [] };
}

function registered(
  world: World,
  input: {
    readonly ServiceNamespace?: string | undefined;
    readonly ResourceId?: string | undefined;
    readonly ScalableDimension?: string | undefined;
  },
): ScalableTargetRecord {
  requireNamespace(input.ServiceNamespace);
  requireDimension(input.ScalableDimension);
  const target = targetsOf(world)[input.ResourceId ?? ''];
  if (target !== undefined) return target;
  throw new AwsError(
    'ObjectNotFoundException',
    `No scalable target registered for service namespace: ${NAMESPACE}, resource ID: ${input.ResourceId ?? ''}, scalable dimension: ${DIMENSION}`,
  );
}

function wantedTargets(
  world: World,
  ids: readonly string[] | undefined,
  dimension: string | undefined,
): readonly ScalableTargetRecord[] {
  if (dimension !== undefined) requireDimension(dimension);
  return Object.values(targetsOf(world)).filter(({ resourceId }) => ids?.includes(resourceId) ?? true);
}

function requireNamespace(namespace: string | undefined): void {
  if (namespace !== NAMESPACE) throw invalid(`The lab scales nothing of the service namespace ${String(namespace)}.`);
}

function requireDimension(dimension: string | undefined): void {
  if (dimension !== DIMENSION) throw invalid(`Unsupported service namespace, resource type or scalable dimension`);
}

function toTarget(world: World, target: ScalableTargetRecord): ScalableTarget {
  return {
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    RoleARN: `arn:aws:iam::${ACCOUNT_ID}:role/aws-service-role/rds.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_RDSCluster`,
    CreationTime: new Date(target.createdAt),
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    ScalableTargetARN: targetArn(world, target),
  };
}

function toPolicy(world: World, target: ScalableTargetRecord, policy: ScalingPolicyRecord): ScalingPolicy {
  return {
    PolicyARN: policyArn(world, target, policy),
    PolicyName: policy.name,
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    PolicyType: policy.type as client.PolicyType,
    TargetTrackingScalingPolicyConfiguration:
      policy.tracking as ScalingPolicy['TargetTrackingScalingPolicyConfiguration'],
    Alarms: [],
    CreationTime: new Date(policy.createdAt),
  };
}

function targetArn(world: World, { id }: ScalableTargetRecord): string {
  return `arn:aws:application-autoscaling:${world.store.document.region}:${ACCOUNT_ID}:scalable-target/${id}`;
}

function policyArn(world: World, target: ScalableTargetRecord, policy: ScalingPolicyRecord): string {
  return `arn:aws:autoscaling:${world.store.document.region}:${ACCOUNT_ID}:scalingPolicy:${policy.id}:resource/rds/${target.resourceId}:policyName/${policy.name}`;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
