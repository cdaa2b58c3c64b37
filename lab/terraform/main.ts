/** The executable that Terraform takes for the AWS provider; bundled into one file by `installProviderMirror`. */
import { createProvider } from './provider';
import { refusalOf, servePlugin } from './wire/plugin-server';

const refusal = refusalOf(process.env);
if (refusal === undefined) {
  void servePlugin(createProvider(), __dirname);
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 1;
}
