import { describe, expect, it } from 'vitest';
import { isSignedWith, type SignedRequest, signedAt } from './ec2-signature.js';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('version 4', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const signature = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
  /** `get-vanilla` of AWS's published test suite. */
  const vanilla: SignedRequest = {
    signature,
    host: 'example.amazonaws.com',
    verb: 'GET',
    path: '/',
    params: {},
    headers: {
      'X-Amz-Date': '20150830T123600Z',
      Authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
    bodyHash: EMPTY,
  };

  it("is computed as AWS's own example", () => expect(isSignedWith(secret, vanilla)).toBe(true));

  it.each<[string, Partial<SignedRequest>]>([
    ['another secret', {}],
    ['another path', { path: '/x' }],
    ['another body', { bodyHash: '00' }],
    ['another host', { host: 'elsewhere' }],
    ['another parameter', { params: { Action: 'TerminateInstances' } }],
    ['no signature', { headers: {} }],
    ['another date', { headers: { ...vanilla.headers, 'X-Amz-Date': '20150831T123600Z' } }],
  ])('is refused with %s', (what, change) => {
    expect(isSignedWith(what === 'another secret' ? 'x' : secret, { ...vanilla, ...change })).toBe(false);
  });

  it('may leave the port out of the host', () => {
    expect(isSignedWith(secret, { ...vanilla, host: 'example.amazonaws.com:8788' })).toBe(true);
  });

  it('tells when it was made', () => expect(signedAt(vanilla)).toBe(Date.UTC(2015, 7, 30, 12, 36)));
});

describe('version 2', () => {
  /** From AWS's description of the signing process. */
  const request: SignedRequest = {
    signature: 'i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf/Mj6vPxyYIs=',
    host: 'elasticmapreduce.amazonaws.com',
    verb: 'GET',
    path: '/',
    params: {
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      Action: 'DescribeJobFlows',
      SignatureMethod: 'HmacSHA256',
      SignatureVersion: '2',
      Timestamp: '2011-10-03T15:19:30',
      Version: '2009-03-31',
    },
    headers: {},
    bodyHash: EMPTY,
  };
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

  it("is computed as AWS's own example", () => expect(isSignedWith(secret, request)).toBe(true));

  it('does not sign itself, and nothing else by an unknown method', () => {
    expect(isSignedWith(secret, { ...request, params: { ...request.params, Signature: 'x' } })).toBe(true);
    expect(isSignedWith(secret, { ...request, params: { ...request.params, SignatureMethod: 'None' } })).toBe(false);
    expect(isSignedWith('y', request)).toBe(false);
  });

  it('tells when it was made', () => expect(signedAt(request)).toBe(Date.UTC(2011, 9, 3, 15, 19, 30)));
});
