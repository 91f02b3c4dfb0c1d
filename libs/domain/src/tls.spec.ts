import { describe, expect, it } from 'vitest';
import { connectionTrouble } from './tls.js';

const trouble = (message: string): string => connectionTrouble(new Error(message), 'broker.tls');

describe('why a connection was not made', () => {
  it.each([
    ['self-signed certificate in certificate chain', "broker.tls.ca does not vouch for the server's certificate"],
    ['unable to verify the first certificate', "broker.tls.ca does not vouch for the server's certificate"],
    ["Hostname/IP does not match certificate's altnames: Host: mq", "broker.tls: the server's certificate is for another name"],
    ['ssl3_read_bytes:tlsv13 alert certificate required:', 'broker.tls.cert and broker.tls.key are not what the server asks for'],
    ['Server does not support secure connection', 'broker.tls: the server speaks no TLS there'],
    ['certificate has expired', "broker.tls: the server's certificate is not valid now"],
  ])('names the setting for “%s”, and keeps the words', (message, expected) => {
    expect(trouble(message)).toBe(`${expected} (${message})`);
  });

  it('is told as it is when TLS is not what failed', () => {
    expect(trouble('connect ECONNREFUSED 127.0.0.1:5671')).toBe('connect ECONNREFUSED 127.0.0.1:5671');
  });
});
