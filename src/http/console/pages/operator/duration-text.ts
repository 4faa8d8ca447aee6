const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Reads "90 days", "48 hours", "5 min" or a number of seconds; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const [, digits, word = ''] = /^\s*(\d{1,10})\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (word === '') return Number(digits);
  const name = word.toLowerCase().replace(/s$/, '');
  const unit = UNITS.find(([unitName]) => name !== '' && unitName.startsWith(name));
  const isSecond = word.toLowerCase() === 's';
  return isSecond ? Number(digits) : unit === undefined ? undefined : Number(digits) * unit[1];
}

/** Writes seconds in the largest unit that divides them, so that reading it gives them back: "90 days", "5 minutes", "301 seconds". */
export function writeDuration(seconds: number): string {
  const [name, length] = UNITS.find((unit) => seconds > 0 && seconds % unit[1] === 0) ?? ['second', 1];
  const count = seconds / length;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
