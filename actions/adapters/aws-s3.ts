/** Objects of one bucket through the SDK. */
import { OutcomeUnknownError, UpgradeError } from '../engine/errors';
import type { Objects, PutCondition, StoredObject } from '../ports/objects';
import { change, lazy, type AwsSettings } from './aws-call';
import { awsError, isNamed, timeoutError } from './aws-errors';
import { raceDeadline } from './race-deadline';

/**
 * One call, the SDK's own repeats included: a write of the state stands before the commit of a cutover, so a bucket that is
 * silent must not use up the time to undo in. A repeated conditional put is settled by reading back.
 */
const CALL_MS = 5_000;

/** The bucket may lie in another region than the clusters: its redirects are followed. */
export function s3Objects(settings: AwsSettings, bucket: string): Objects {
  const { region, clock } = settings;
  const s3 = lazy(async () => {
    const sdk = await import('@aws-sdk/client-s3');
    return { sdk, client: new sdk.S3Client({ region, followRegionRedirects: true }) };
  });
  return {
    location: `s3://${bucket}`,

    async get(key) {
      const { sdk, client } = await s3();
      const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key });
      const abort = new AbortController();
      const work = async (): Promise<StoredObject> => {
        const answer = await client.send(command, { abortSignal: abort.signal });
        return { text: (await answer.Body?.transformToString()) ?? '', version: answer.ETag ?? '' };
      };
      const raced = await raceDeadline(clock, work(), CALL_MS, settings.signal).catch((error: unknown) => {
        if (isNamed(error, 'NoSuchKey')) return { is: 'missing' as const };
        throw withBucket(awsError('s3:GetObject', error), bucket);
      });
      if (raced.is === 'done') return raced.value;
      if (raced.is === 'missing') return undefined;
      abort.abort();
      if (raced.is === 'aborted') throw settings.signal?.reason;
      throw timeoutError('s3:GetObject', CALL_MS);
    },

    async put(key, text, condition) {
      const { sdk, client } = await s3();
      const command = new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        ContentType: 'application/json',
        ...headersOf(condition),
      });
      return change(clock, 's3:PutObject', { timeoutMs: CALL_MS }, async (options) => {
        try {
          const answer = await client.send(command, options);
          return { is: 'stored' as const, version: answer.ETag ?? '', isVersioned: answer.VersionId !== undefined };
        } catch (error) {
          // 404 NoSuchKey: `If-Match` on an object that is gone.
          if (isNamed(error, 'PreconditionFailed', 'NoSuchKey')) return { is: 'refused' as const };
          throw error;
        }
      }).catch((error: unknown) => {
        throw isConflict(error) ? conflict(error) : withBucket(error, bucket);
      });
    },

    async remove(key, version) {
      const { sdk, client } = await s3();
      const command = new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: version });
      await change(clock, 's3:DeleteObject', { timeoutMs: CALL_MS }, async (options) => {
        try {
          await client.send(command, options);
        } catch (error) {
          if (!isNamed(error, 'PreconditionFailed', 'NoSuchKey')) throw error;
        }
      });
    },
  };
}

function headersOf(condition: PutCondition): { IfNoneMatch?: string; IfMatch?: string } {
  switch (condition.is) {
    case 'absent':
      return { IfNoneMatch: '*' };
    case 'unchanged':
      return { IfMatch: condition.version };
    case 'any':
      return {};
  }
}

/** 409: another conditional write of the same object was under way; AWS asks for another attempt (S3 User Guide, conditional writes). */
function isConflict(error: unknown): boolean {
  return error instanceof UpgradeError && error.code === 'aws-ConditionalRequestConflict';
}

function conflict(cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError('two conditional writes of one object met', {
    source: 'aws',
    hint: 'S3 lets one of them win; what is there now is looked up first.',
    cause,
  });
}

function withBucket(error: unknown, bucket: string): unknown {
  if (error instanceof UpgradeError && error.code === 'aws-NoSuchBucket') {
    return new UpgradeError('the bucket of the state does not exist', {
      code: 'state-bucket-missing',
      source: 'user',
      hint: `There is no bucket ${bucket}, so nobody can say how far this upgrade is. Correct \`state\` in upgrade.yaml, or create the bucket, with versioning.`,
      cause: error,
    });
  }
  if (error instanceof UpgradeError && error.code === 'aws-access-denied') {
    return new UpgradeError(error.message, {
      code: error.code,
      source: error.source,
      hint: `${error.hint ?? ''} Without s3:ListBucket on ${bucket} S3 answers the same for an object that does not exist.`,
      cause: error,
    });
  }
  return error;
}
