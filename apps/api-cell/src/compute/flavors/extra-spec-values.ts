import { types } from '../api/index.js';

/** Why a value is refused, in Nova's words; undefined when it is not. */
export type ValueRule = (value: string) => string | undefined;

export const anything: ValueRule = () => undefined;

export const truth: ValueRule = value => (types.truthOf(value) === undefined ? `'${value}' is not a valid boolean-like value.` : undefined);

export const integer =
  (minimum = Number.NEGATIVE_INFINITY): ValueRule =>
  value => {
    if (!/^\s*[-+]?\d+\s*$/.test(value)) return `'${value}' is not a valid integer value.`;
    return Number(value) < minimum ? `'${value}' is less than the min value of '${minimum}'.` : undefined;
  };

export const oneOf =
  (...names: readonly string[]): ValueRule =>
  value =>
    names.includes(value) ? undefined : `'${value}' is not one of: ${names.join(', ')}.`;

/** @param format of the whole value */
export const format = (format: string): ValueRule => {
  const whole = new RegExp(`^(?:${format})$`);
  return value => (whole.test(value) ? undefined : `'${value}' is not of the format '${format}'.`);
};
