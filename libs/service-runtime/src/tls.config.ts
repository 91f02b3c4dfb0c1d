import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '#domain';

/** A PEM file that is read with the configuration: what is wrong with it is told at the start, by the name of the setting. */
const pemFile = (what: string, check: (pem: string) => unknown) =>
  z
    .string()
    .min(1)
    .transform((file, context) => {
      try {
        const pem = readFileSync(file, 'utf8');
        check(pem);
        return pem;
      } catch (error) {
        const trouble = isSystemError(error) ? `cannot be read: ${messageOf(error)}` : `${file} holds no ${what} in PEM`;
        context.addIssue({ code: 'custom', message: trouble });
        return z.NEVER;
      }
    });

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const certificateFile = pemFile('certificate', pem => new X509Certificate(pem));

/** Who vouches for the server, and what this process shows of itself: names of PEM files. The result holds what is in them. */
export const tlsSettings = z
  .strictObject({
    /** Certificates of the authorities that the server's must come from. Those that Node trusts unless given. */
    ca: certificateFile.optional(),
    /** For a server that asks for a certificate: this process's own, and its key. */
    cert: certificateFile.optional(),
    key: pemFile('private key without a passphrase', pem => createPrivateKey(pem)).optional(),
  })
  .superRefine(({ cert, key }, context) => {
    const issue = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (cert !== undefined && key === undefined) issue('key', 'is missing: it goes with cert');
    else if (cert === undefined && key !== undefined) issue('cert', 'is missing: it goes with key');
    else if (cert !== undefined && key !== undefined && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      issue('key', 'is not the key of cert');
  });
export type TlsSettings = z.infer<typeof tlsSettings>;
