/** What one check came to. `todo` says what to do about it. */
export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly todo?: string;
}

export const ok = (check: string, text: string): Finding => ({ check, verdict: 'ok', text });
export const warn = (check: string, text: string, todo: string): Finding => ({ check, verdict: 'warn', text, todo });
export const fail = (check: string, text: string, todo: string): Finding => ({ check, verdict: 'fail', text, todo });
