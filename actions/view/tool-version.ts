/** The version in package.json, kept equal by a test: reading a file would cost every start. */
export const TOOL_VERSION = '0.1.0';
