/**
 * TLS by a key that both ends know instead of certificates. Each connection has a key of its own, so there is nothing to hand out and
 * nothing to renew; the exchange of ephemeral keys keeps what was recorded unreadable even to who learns the key later. Such ciphers
 * exist up to TLS 1.2 in Node (its TLS 1.3 knows no pre-shared keys).
 */
export const PSK_TLS = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

/** A line that carries nothing is kept open by the kernel, and found to be dead by it. */
export const KEEP_ALIVE_MS = 30_000;
