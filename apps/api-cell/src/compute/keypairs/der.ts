/** What certificates are written in (X.690): each value is a tag, a length and its bytes. */
type Bytes = Uint8Array;

const lengthOf = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
};

const value = (tag: number, contents: readonly Bytes[]): Buffer => {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

export const sequence = (...contents: Bytes[]): Buffer => value(0x30, contents);
export const set = (...contents: Bytes[]): Buffer => value(0x31, contents);
export const octets = (...contents: Bytes[]): Buffer => value(0x04, contents);
/** Of whole bytes. */
export const bits = (content: Bytes): Buffer => value(0x03, [Buffer.from([0]), content]);
export const utf8 = (text: string): Buffer => value(0x0c, [Buffer.from(text)]);
export const nothing = value(0x05, []);
/** `[number]`, around what it marks. */
export const tagged = (number: number, ...contents: Bytes[]): Buffer => value(0xa0 + number, contents);

/** @param number not negative, below 2^53; or its bytes, of which the first is below 128 */
export const integer = (number: number | Bytes): Buffer => {
  if (typeof number !== 'number') return value(0x02, [number]);
  const bytes = [number % 256];
  for (let rest = Math.floor(number / 256); rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  // The first bit is the sign.
  if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return value(0x02, [Buffer.from(bytes)]);
};

/** @param dotted `1.2.840.113549` */
export const objectId = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...others].flatMap(part => {
    const groups = [part % 128];
    for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest % 128) + 128);
    return groups;
  });
  return value(0x06, [Buffer.from(bytes)]);
};

/** @param at ms since 1970, of the years 1950 to 2049; to the second */
export const utcTime = (at: number): Buffer => value(0x17, [Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`)]);
