/** JSON text that goes into an answer as it is. Only for text that was written as JSON by this product (a JSON column, a rendered view). */
export class RawJson {
  constructor(readonly text: string) {}

  /** So that JSON.stringify of a value with this inside gives the same answer, only slower. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export const rawJson = (text: string): RawJson => new RawJson(text);

/** The JSON text of a value, which may itself be raw. */
export const toJsonText = (value: unknown): string => (value instanceof RawJson ? value.text : JSON.stringify(value));
