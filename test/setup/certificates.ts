import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];
const NO_AUTHORITY = ['-addext', 'basicConstraints=critical,CA:false'];

/**
 * Certificates that live as long as a run of tests: `ca` has signed `server` (for `localhost`) and `client`; `other-ca` has signed nothing
 * of them. Each NAME.pem has its NAME.key beside it, readable for the accounts that the servers run as.
 */
export const makeCertificates = async (directory: string): Promise<void> => {
  mkdirSync(directory, { mode: 0o755 });
  const make = async (name: string, options: readonly string[]): Promise<void> => {
    const [cert, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
    await run('openssl', ['req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-out', cert, '-keyout', key, ...options]);
    chmodSync(key, 0o644);
  };
  const signed = ['-CA', join(directory, 'ca.pem'), '-CAkey', join(directory, 'ca.key'), ...NO_AUTHORITY];
  await Promise.all([make('ca', []), make('other-ca', [])]);
  await Promise.all([make('server', [...signed, '-addext', 'subjectAltName=DNS:localhost']), make('client', signed)]);
};
