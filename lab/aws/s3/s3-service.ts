import { createHash } from 'node:crypto';
import * as client from '@aws-sdk/client-s3';
import { AwsError } from '../aws-error';
import type { BucketRecord, ObjectRecord } from '../document';
import type { Service } from '../service';
import { newId, type World } from '../world';
import { s3Protocol, type S3Answer, type S3Request } from './s3-protocol';

/** A bucket that every lab has, versioned, for `state: s3://lab-state/...`. */
export const LAB_BUCKET = 'lab-state';

/** Buckets and small text objects with conditional requests; one region, no access control, no listing. */
export function s3Service(world: World): Service {
  const { document } = world.store;
  const buckets = (): Record<string, BucketRecord> =>
    (document.buckets ??= { [LAB_BUCKET]: { isVersioned: true, objects: {}, old: {} } });
  const bucketOf = ({ Bucket }: S3Request): BucketRecord => {
    const bucket = buckets()[Bucket];
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  };
  const objectOf = (request: S3Request): ObjectRecord => {
    const bucket = bucketOf(request);
    const found =
      request.VersionId === undefined
        ? bucket.objects[request.Key]
        : [bucket.objects[request.Key], ...(bucket.old[request.Key] ?? [])].find(
            (version) => version?.versionId === request.VersionId,
          );
    if (found === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    return found;
  };
  return {
    scope: 's3',
    client,
    protocol: s3Protocol,
    handlers: {
      CreateBucket(request: S3Request): S3Answer {
        buckets()[request.Bucket] ??= { isVersioned: false, objects: {}, old: {} };
        return { headers: { location: `/${request.Bucket}` } };
      },
      PutBucketVersioning(request: S3Request): S3Answer {
        bucketOf(request).isVersioned = request.VersioningStatus === 'Enabled';
        return {};
      },
      PutObject(request: S3Request): S3Answer {
        const bucket = bucketOf(request);
        const before = bucket.objects[request.Key];
        assertCondition(request, before);
        const { isVersioned } = bucket;
        const object: ObjectRecord = {
          text: request.Body,
          etag: `"${createHash('md5').update(request.Body).digest('hex')}"`,
          ...(isVersioned && { versionId: newId(world, 'v') }),
        };
        if (isVersioned && before !== undefined) (bucket.old[request.Key] ??= []).unshift(before);
        bucket.objects[request.Key] = object;
        return { headers: headersOf(object) };
      },
      GetObject(request: S3Request): S3Answer {
        const object = objectOf(request);
        return { headers: { ...headersOf(object), 'content-type': 'application/json' }, body: object.text };
      },
      HeadObject(request: S3Request): S3Answer {
        return { headers: headersOf(objectOf(request)) };
      },
      DeleteObject(request: S3Request): S3Answer {
        const bucket = bucketOf(request);
        const before = bucket.objects[request.Key];
        if (before === undefined) return { status: 204 };
        assertCondition(request, before);
        if (bucket.isVersioned) (bucket.old[request.Key] ??= []).unshift(before);
        bucket.objects = Object.fromEntries(Object.entries(bucket.objects).filter(([key]) => key !== request.Key));
        return { status: 204 };
      },
    },
  };
}

/** S3 User Guide, conditional requests: 412 when the condition does not hold, 404 for `If-Match` on nothing. */
function assertCondition({ IfMatch, IfNoneMatch }: S3Request, before: ObjectRecord | undefined): void {
  if (IfMatch !== undefined && before === undefined)
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if ((IfMatch !== undefined && IfMatch !== before?.etag) || (IfNoneMatch === '*' && before !== undefined))
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}

function headersOf({ etag, versionId }: ObjectRecord): Record<string, string> {
  return { etag, ...(versionId !== undefined && { 'x-amz-version-id': versionId }) };
}
