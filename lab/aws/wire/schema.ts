import { NormalizedSchema } from '@smithy/core/schema';

/**
 * The shapes of AWS's own service models, as the SDK clients carry them (each client exports `<Operation>$`). Reading
 * requests and writing answers by these shapes keeps every name on the wire AWS's own.
 */
export type Shape = NormalizedSchema;

/** Method and path template of a REST operation, e.g. `['POST', '/2013-04-01/hostedzone/{HostedZoneId}/rrset', 200]`. */
export type HttpBinding = readonly [method: string, path: string, status: number];

export interface OperationShapes {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  readonly http: HttpBinding | undefined;
}

/** Shapes of one operation out of a client module's exports. Throws when the client has no such operation. */
export function operationShapes(client: object, operation: string): OperationShapes {
  const schema: unknown = Reflect.get(client, `${operation}$`);
  if (!Array.isArray(schema) || schema[0] !== 9) {
    throw new Error(`The SDK client has no operation ${operation}: its schema export ${operation}$ is missing.`);
  }
  const traits: unknown = schema[3];
  const http: unknown = typeof traits === 'object' && traits !== null ? Reflect.get(traits, 'http') : undefined;
  return {
    name: operation,
    input: NormalizedSchema.of(schema[4]),
    output: NormalizedSchema.of(schema[5]),
    http: Array.isArray(http) ? (http as unknown as HttpBinding) : undefined,
  };
}

/** The scalar that a text stands for under its shape. Timestamps become `Date`, 64-bit numbers stay plain numbers. */
export function scalarFromText(shape: Shape, text: string): unknown {
  if (shape.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (shape.isTimestampSchema()) return new Date(text);
  if (shape.isNumericSchema() || shape.isBigIntegerSchema()) return Number(text);
  if (shape.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

/** The text of a scalar in XML. */
export function scalarToText(shape: Shape, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (shape.isBlobSchema() && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}
