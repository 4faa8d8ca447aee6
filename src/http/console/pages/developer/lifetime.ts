import { err, ok, type Result } from '../../../../domain/result.ts';
import type { Form } from '../../form.ts';

const DAY = 86_400;
const MAX_DAYS = 36_500;

/** A lifetime as it is typed, in days: seconds, undefined for an empty field, or what is wrong with it. */
export function lifetimeOf(form: Form): Result<number | undefined, string> {
  const text = form.text('lifetime_days');
  if (text === '') return ok(undefined);
  const days = Number(text);
  return Number.isSafeInteger(days) && days >= 1 && days <= MAX_DAYS
    ? ok(days * DAY)
    : err('Write a whole number of days, or leave it empty.');
}

/** Seconds in words: whole days where they are. */
export function daysIn(seconds: number): string {
  const days = Math.floor(seconds / DAY);
  return days === 1 ? '1 day' : days > 1 ? `${days} days` : `${seconds} seconds`;
}
