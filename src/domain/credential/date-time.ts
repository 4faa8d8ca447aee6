/** An XML Schema dateTimeStamp in UTC, to the second: `2026-11-20T20:00:00Z` (Verifiable Credentials Data Model 2.0 §4.9). */
export function dateTimeStamp(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
