/** Where a state lies: a file of this machine, or an object that a team shares. */
export type StateLocation =
  { readonly is: 'file'; readonly file: string } | { readonly is: 's3'; readonly bucket: string; readonly key: string };

/** Bucket naming rules of S3; the key is anything that does not end like a folder. */
export const S3_LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(\S*[^\s/])$/;

/** `s3://bucket/key`, else a path. */
export function parseStateLocation(text: string): StateLocation {
  const match = S3_LOCATION.exec(text);
  return match === null ? { is: 'file', file: text } : { is: 's3', bucket: match[1] ?? '', key: match[2] ?? '' };
}
