import type { Protocol } from './protocol';
import type { Shape } from './schema';
import { AwsError } from '../aws-error';

/**
 * AWS JSON 1.0 and 1.1: the operation in a header, times as epoch seconds. With `isQueryCompatible` the error's old
 * Query code is told in a header too (CloudWatch).
 */
export function jsonProtocol(version: '1.0' | '1.1', isQueryCompatible: boolean): Protocol {
  const contentType = { 'content-type': `application/x-amz-json-${version}` };
  return {
    operationOf(request) {
      const target = request.headers['x-amz-target'];
      return typeof target === 'string' ? target.split('.').pop() : undefined;
    },
    read(request, operation) {
      const input = readJson(parseBody(request.body), operation.input);
      return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
    },
    write(output, _operation, requestId) {
      return {
        status: 200,
        headers: { ...contentType, 'x-amzn-requestid': requestId },
        body: JSON.stringify(toJson(output)),
      };
    },
    writeError(error, requestId) {
      const queryError = isQueryCompatible
        ? { 'x-amzn-query-error': `${error.code};${error.status >= 500 ? 'Receiver' : 'Sender'}` }
        : {};
      return {
        status: error.status,
        headers: { ...contentType, 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code, ...queryError },
        body: JSON.stringify({ __type: error.code, message: error.message, Message: error.message }),
      };
    },
  };
}

function parseBody(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

function readJson(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return undefined;
  if (shape.isListSchema() && Array.isArray(value))
    return value.map((item: unknown) => readJson(item, shape.getValueSchema()));
  if (shape.isStructSchema() && typeof value === 'object') {
    const struct: Record<string, unknown> = {};
    for (const [member, memberShape] of shape.structIterator()) {
      const memberValue = readJson(Reflect.get(value, member), memberShape);
      if (memberValue !== undefined) struct[member] = memberValue;
    }
    return struct;
  }
  if (shape.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : String(value));
  if (shape.isBlobSchema()) return Buffer.from(String(value), 'base64');
  return value;
}

function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, content]: [string, unknown]) => [member, toJson(content)]),
  );
}
