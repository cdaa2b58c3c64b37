import type { AwsError } from '../aws-error';
import type { OperationShapes } from './schema';

/** A request as it came over HTTP; the body is complete. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How one service's calls and answers look on the wire. */
export interface Protocol {
  /** The operation that the request names, or undefined when it names none of `operations`. */
  operationOf(request: WireRequest, operations: readonly OperationShapes[]): string | undefined;
  read(request: WireRequest, operation: OperationShapes): Record<string, unknown>;
  write(output: object, operation: OperationShapes, requestId: string): WireAnswer;
  writeError(error: AwsError, requestId: string): WireAnswer;
}
