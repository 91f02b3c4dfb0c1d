import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerEndpoint } from './endpoints.config.js';

let directory: string;
const file = (name: string): string => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'canopy-tls-'));
  for (const name of ['one', 'two']) {
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', ...options, '-out', file(`${name}.pem`), '-keyout', file(`${name}.key`)], { stdio: 'ignore' });
  }
  writeFileSync(file('text'), 'no certificate');
});
afterAll(() => rmSync(directory, { recursive: true }));

const parsed = (tls: object, url = 'amqps://mq.example.org/west') => brokerEndpoint.safeParse({ url, tls });
const problemsOf = (tls: object, url?: string) =>
  parsed(tls, url).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the settings of TLS', () => {
  it('are files, and become what is in them', () => {
    const { data } = parsed({ ca: file('one.pem'), cert: file('two.pem'), key: file('two.key') });
    expect(data?.tls).toEqual({
      ca: expect.stringContaining('BEGIN CERTIFICATE'),
      cert: expect.stringContaining('BEGIN CERTIFICATE'),
      key: expect.stringContaining('PRIVATE KEY'),
    });
  });

  it('name the field of a file that is missing, or holds something else', () => {
    expect(problemsOf({ ca: file('nowhere') })).toEqual([expect.stringMatching(/^tls\.ca: cannot be read: ENOENT.*nowhere/)]);
    expect(problemsOf({ ca: file('text') })).toEqual([`tls.ca: ${file('text')} holds no certificate in PEM`]);
    expect(problemsOf({ cert: file('one.pem'), key: file('one.pem') })).toEqual([
      `tls.key: ${file('one.pem')} holds no private key without a passphrase in PEM`,
    ]);
  });

  it('are refused when certificate and key do not belong together', () => {
    expect(problemsOf({ cert: file('one.pem') })).toEqual(['tls.key: is missing: it goes with cert']);
    expect(problemsOf({ key: file('one.key') })).toEqual(['tls.cert: is missing: it goes with key']);
    expect(problemsOf({ cert: file('one.pem'), key: file('two.key') })).toEqual(['tls.key: is not the key of cert']);
  });

  it('are refused beside a URL that does not use them', () => {
    expect(problemsOf({}, 'amqp://mq/west')).toEqual(['tls: is for amqps:// URLs, and the url is amqp://']);
  });
});
