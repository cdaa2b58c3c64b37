/** The S3 store through the real SDK against the lab's endpoint, with what a network does to conditional writes. */
import * as s3 from '@aws-sdk/client-s3';
import { s3Objects } from '../../actions/adapters/aws-s3';
import { systemClock } from '../../actions/adapters/system-clock';
import { thisProcess } from '../../actions/adapters/this-process';
import type { RescuableStore } from '../../actions/ports/state-store';
import { createObjectStateStore } from '../../actions/state/object-store';
import { REGION, startLab, type Lab } from './lab-aws.fixture';
import { describeStateStore, first, second, type StoreBackend } from './state-store.suite';

const KEY = 'team/orders.state.json';
const BUCKET = 'orders-team';
let lab: Lab;
let client: s3.S3Client;
const environment = { ...process.env };

beforeEach(async () => {
  lab = await startLab();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: lab.url,
    AWS_ACCESS_KEY_ID: 'AKIDLAB',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  client = new s3.S3Client(lab.config);
  await client.send(new s3.CreateBucketCommand({ Bucket: BUCKET }));
});
afterEach(() => {
  client.destroy();
  process.env = { ...environment };
});

const storeIn = (bucket: string, name = 'orders', process = thisProcess): RescuableStore =>
  createObjectStateStore({
    objects: s3Objects({ region: REGION, clock: systemClock }, bucket),
    key: KEY,
    name,
    clock: systemClock,
    process,
  });

const KEYS = { state: KEY, backup: `${KEY}.backup`, lock: `${KEY}.lock` };

async function textOf(key: string, bucket = BUCKET): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof s3.NoSuchKey) return undefined;
    throw error;
  }
}

const backend: StoreBackend = {
  open: (name, process) => storeIn(BUCKET, name, process),
  raw: (which) => textOf(KEYS[which]),
  plant: async (which, text) => {
    await client.send(
      new s3.PutObjectCommand({ Bucket: BUCKET, Key: KEYS[which], Body: text, ContentLength: text.length }),
    );
  },
};

describeStateStore('a bucket', () => backend);

describe('a write to a bucket', () => {
  it('is done by one of two at the same moment, even without a lock', async () => {
    await storeIn(BUCKET).write(first);
    const [one, two] = [storeIn(BUCKET), storeIn(BUCKET)];
    await Promise.all([one.read(), two.read()]);
    const outcomes = await Promise.allSettled([one.write(second), two.write({ ...second, phase: 'new' })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await storeIn(BUCKET).read())?.serial).toBe(2);
  });

  const fault = (
    effect: 'reply-lost' | 'throttle' | 'error500' | 'denied' | 'conflict',
    action: string,
    times: number,
  ): void => lab.aws.faults.add({ match: { service: 's3', action }, effect, times });

  it('whose reply was lost is found to be there', async () => {
    const store = storeIn(BUCKET);
    await store.write(first);
    fault('reply-lost', 'PutObject', 1);
    await store.write(second);
    expect(await storeIn(BUCKET).read()).toEqual(second);
    fault('reply-lost', 'PutObject', 9);
    const third = { ...second, serial: 3 };
    await store.write(third);
    expect(await storeIn(BUCKET).read()).toEqual(third);
  });

  it('that was throttled is sent again', async () => {
    fault('throttle', 'PutObject', 2);
    await storeIn(BUCKET).write(first);
    expect(await storeIn(BUCKET).read()).toEqual(first);
  });

  it('that met another conditional write is looked up and sent again, and refused when the other one has won', async () => {
    const store = storeIn(BUCKET);
    await store.write(first);
    fault('conflict', 'PutObject', 2);
    await store.write(second);
    expect(await storeIn(BUCKET).read()).toEqual(second);
    const other = storeIn(BUCKET);
    await other.read();
    await store.write({ ...second, serial: 3 });
    fault('conflict', 'PutObject', 1);
    await expect(other.write({ ...second, serial: 3, phase: 'new' })).rejects.toMatchObject({ code: 'state-moved' });
    fault('conflict', 'PutObject', 9);
    await expect(store.write({ ...second, serial: 4 })).rejects.toMatchObject({ code: 'state-unwritable' });
    lab.aws.faults.clear();
    expect(await storeIn(BUCKET).read()).toEqual({ ...second, serial: 3 });
  });

  it('over anything else keeps its promise too when the reply is lost or another write is met', async () => {
    const store = storeIn(BUCKET);
    await store.write(first);
    for (const effect of ['reply-lost', 'conflict'] as const) {
      const next = { ...second, serial: effect === 'conflict' ? 20 : 10 };
      const before = (await storeIn(BUCKET).read())?.serial;
      // The first put keeps what is there; the second one is the write.
      fault(effect, 'PutObject', 1);
      const kept = await store.replace(next);
      expect(await storeIn(BUCKET).read()).toEqual(next);
      const text = await textOf(kept?.replace(`s3://${BUCKET}/`, '') ?? '');
      expect(JSON.parse(text ?? '')).toMatchObject({ serial: before });
    }
  });

  it('says that the state cannot be written, and why, and may write something else in its place afterwards', async () => {
    const store = storeIn(BUCKET);
    await store.write(first);
    fault('denied', 'PutObject', 1);
    const denied: unknown = await store.write(second).catch((error: unknown) => error);
    expect(denied).toMatchObject({ code: 'state-unwritable', source: 'tool', retryable: true });
    expect(denied).toHaveProperty('hint', expect.stringContaining('s3:PutObject'));
    fault('error500', 'PutObject', 9);
    await expect(store.write(second)).rejects.toMatchObject({ code: 'state-unwritable' });
    lab.aws.faults.clear();
    await store.write({ ...second, phase: 'new' });
    expect((await storeIn(BUCKET).read())?.phase).toBe('new');
  });

  it('may have been done although its reply and the look were lost: the next one replaces it, another command is refused', async () => {
    const store = storeIn(BUCKET);
    await store.write(first);
    fault('reply-lost', 'PutObject', 9);
    fault('error500', 'GetObject', 9);
    await expect(store.write(second)).rejects.toMatchObject({ code: 'state-unwritable' });
    lab.aws.faults.clear();
    const instead = { ...second, phase: 'new' as const };
    await expect(storeIn(BUCKET).write(instead)).rejects.toMatchObject({ code: 'state-moved' });
    await store.write(instead);
    expect(await storeIn(BUCKET).read()).toEqual(instead);
  });

  it('is refused, with the reason, where the endpoint cannot be reached', async () => {
    const store = storeIn(BUCKET);
    await store.write(first);
    await lab.aws.close();
    await expect(store.write(second)).rejects.toMatchObject({ code: 'state-unwritable' });
    await expect(storeIn(BUCKET).read()).rejects.toMatchObject({ code: 'aws-unreachable', retryable: true });
  });

  it('needs a bucket, and says so', async () => {
    await expect(storeIn('nobodys-bucket').read()).rejects.toMatchObject({ code: 'state-bucket-missing' });
    await expect(storeIn('nobodys-bucket').lock('apply')).rejects.toMatchObject({ code: 'state-bucket-missing' });
  });

  it('keeps old versions where the bucket does, and then no backup beside it', async () => {
    const store = storeIn('lab-state');
    const lock = await store.lock('apply');
    await store.write(first);
    const before = await client.send(new s3.HeadObjectCommand({ Bucket: 'lab-state', Key: KEY }));
    await store.write(second);
    await lock.release();
    expect(await textOf(KEYS.backup, 'lab-state')).toBeUndefined();
    const old = await client.send(
      new s3.GetObjectCommand({ Bucket: 'lab-state', Key: KEY, VersionId: before.VersionId ?? '' }),
    );
    expect(JSON.parse((await old.Body?.transformToString()) ?? '')).toMatchObject({ serial: 1 });
  });
});

describe('a lock in a bucket', () => {
  it('is held although the reply was lost', async () => {
    lab.aws.faults.add({ match: { service: 's3', action: 'PutObject' }, effect: 'reply-lost', times: 1 });
    const lock = await storeIn(BUCKET).lock('apply');
    expect((await storeIn(BUCKET).lockHolder())?.id).toBe(lock.holder.id);
  });

  it('is taken although another attempt at it was under way, when that came to nothing', async () => {
    lab.aws.faults.add({ match: { service: 's3', action: 'PutObject' }, effect: 'conflict', times: 2 });
    const lock = await storeIn(BUCKET).lock('apply');
    expect((await storeIn(BUCKET).lockHolder())?.id).toBe(lock.holder.id);
    lab.aws.faults.add({ match: { service: 's3', action: 'PutObject' }, effect: 'conflict', times: 1 });
    await expect(storeIn(BUCKET).lock('apply')).rejects.toMatchObject({ code: 'state-locked' });
  });
});

describe('the S3 of the lab', () => {
  it('answers conditions as AWS does', async () => {
    const put = (headers: { IfMatch?: string; IfNoneMatch?: string }, Key = 'k'): Promise<s3.PutObjectCommandOutput> =>
      client.send(new s3.PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x', ...headers }));
    const { ETag = '' } = await put({ IfNoneMatch: '*' });
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    await expect(put({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put({ IfMatch: ETag }, 'missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await put({ IfMatch: ETag });
    const remove = (IfMatch: string): Promise<unknown> =>
      client.send(new s3.DeleteObjectCommand({ Bucket: BUCKET, Key: 'k', IfMatch }));
    await expect(remove('"other"')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await remove(ETag);
    await expect(client.send(new s3.HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});
