/** An error as AWS words it; the protocol of the service decides how it looks on the wire. */
export class AwsError extends Error {
  constructor(
    /** The code on the wire, e.g. `DBClusterNotFoundFault` (which is not always the name of the SDK's class). */
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = 'AwsError';
  }
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

export function invalidParameterCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', message);
}

/** The value of a required input member, or AWS's complaint that it is missing. */
export function required<T>(value: T | null | undefined, member: string): T {
  if (value === undefined || value === null || value === '') {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${member}.`);
  }
  return value;
}
