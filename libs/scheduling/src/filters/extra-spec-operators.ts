type Comparison = (value: string, wish: string) => boolean;

const numbers =
  (holds: (value: number, wish: number) => boolean): Comparison =>
  (value, wish) =>
    holds(Number(value), Number(wish));

/** Nova's notation of extra specs; `=` means at least, for historical reasons that operators' flavors rely on. */
const OPERATORS: Readonly<Record<string, Comparison>> = {
  '=': numbers((value, wish) => value >= wish),
  '==': numbers((value, wish) => value === wish),
  '!=': numbers((value, wish) => value !== wish),
  '>=': numbers((value, wish) => value >= wish),
  '<=': numbers((value, wish) => value <= wish),
  's==': (value, wish) => value === wish,
  's!=': (value, wish) => value !== wish,
  's<': (value, wish) => value < wish,
  's<=': (value, wish) => value <= wish,
  's>': (value, wish) => value > wish,
  's>=': (value, wish) => value >= wish,
  '<in>': (value, wish) => value.includes(wish),
};

/** Whether a value suits a wish such as `>= 4`, `s== ssd`, `<in> sse`, `<or> a <or> b`, or the plain word itself. */
export const matchesExtraSpec = (value: string, wish: string): boolean => {
  const [operator = '', ...rest] = wish.trim().split(/\s+/);
  if (operator === '<or>') return wish.split('<or>').some(word => word.trim() === value);
  if (operator === '<all-in>') return rest.every(word => value.includes(word));
  const compare = rest.length > 0 && Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  return compare ? compare(value, rest.join(' ')) : value === wish;
};
