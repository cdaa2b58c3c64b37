import type { WireAnswer, WireRequest, Protocol } from '../wire/protocol';
import { element, escapeXml } from '../wire/xml-output';

/** What the lab's S3 takes of a request: path-style addressing, conditional headers, the body as text. */
export interface S3Request {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly IfMatch: string | undefined;
  readonly IfNoneMatch: string | undefined;
  /** Of `?versioning`. */
  readonly VersioningStatus: string | undefined;
  readonly VersionId: string | undefined;
}

/** What handlers answer: headers and a body, as they go over the wire. */
export interface S3Answer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status?: number;
}

/** S3's REST protocol as far as a state store needs it (Amazon S3 API Reference): the object is the body, all else headers. */
export const s3Protocol: Protocol = {
  operationOf: (request) => {
    const [bucket, key] = addressed(request);
    if (bucket === '') return undefined;
    if (key === '')
      return BUCKET_OPERATIONS[`${request.method}${request.query.has('versioning') ? ' versioning' : ''}`];
    return OBJECT_OPERATIONS[request.method];
  },
  read(request) {
    const [Bucket, Key] = addressed(request);
    const read: S3Request = {
      Bucket,
      Key,
      Body: request.body,
      IfMatch: header(request, 'if-match'),
      IfNoneMatch: header(request, 'if-none-match'),
      VersioningStatus: /<Status>(\w+)<\/Status>/.exec(request.body)?.[1],
      VersionId: request.query.get('versionId') ?? undefined,
    };
    return { ...read };
  },
  write(output: S3Answer, operation, requestId): WireAnswer {
    const body = operation.name === 'HeadObject' ? '' : (output.body ?? '');
    return {
      status: output.status ?? 200,
      headers: { 'x-amz-request-id': requestId, ...output.headers },
      body,
    };
  },
  writeError(error, requestId) {
    // S3's own words for what the lab's fault switches say in the words of the Query services.
    const [code, status] = TRANSLATED[error.code] ?? [error.code, error.status];
    const details = element('Code', code) + element('Message', escapeXml(error.message));
    return {
      status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${details}${element('RequestId', requestId)}</Error>`,
    };
  },
};

const BUCKET_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'CreateBucket',
  'PUT versioning': 'PutBucketVersioning',
};
const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};
const TRANSLATED: Readonly<Record<string, readonly [code: string, status: number]>> = {
  Throttling: ['SlowDown', 503],
  InternalFailure: ['InternalError', 500],
};

/** `/bucket/key/with/slashes`. */
function addressed(request: WireRequest): readonly [bucket: string, key: string] {
  const [bucket = '', ...key] = request.path.split('/').slice(1).map(decodeURIComponent);
  return [bucket, key.join('/')];
}

function header(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
